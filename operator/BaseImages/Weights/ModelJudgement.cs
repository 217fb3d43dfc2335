using System.Globalization;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Models;
using GemmaOperator.Hub;
using GemmaOperator.Registry.Answers;
using k8s.Models;

namespace GemmaOperator.BaseImages.Weights;

/// <summary>Decides what an answer about a source of weights means for an object that names it.</summary>
internal static class ModelJudgement
{
    private const string Field = "spec.rollout.server.model";

    /// <param name="image">The object.</param>
    /// <param name="declared">What it names.</param>
    /// <param name="answer">What was answered.</param>
    /// <param name="at">When (UTC).</param>
    /// <param name="until">Until when nothing else can be had (UTC); null when nobody says so.</param>
    public static ModelResolution Judge(
        GemmaBaseImage image,
        DeclaredModel declared,
        SourceAnswer answer,
        DateTime at,
        DateTime? until
    ) =>
        (declared, answer) switch
        {
            (_, SourceAnswer.HubFailed { Error: HubError.Unavailable, Message: var why }) => Away(declared, why, until),
            (_, SourceAnswer.RegistryFailed { Error: RegistryError.Unavailable, Message: var why }) => Away(
                declared,
                why,
                until
            ),
            (_, SourceAnswer.TokenMissing missing) => new ModelResolution.Refused(
                ImageReason.Stalled.SecretNotFound,
                $"{Field}.hub.tokenSecretRef: {missing.Problem}"
            ),
            (DeclaredModel.OnHub hub, SourceAnswer.OfHub found) => OfHub(hub, found.Revision, at),
            (DeclaredModel.OnHub hub, SourceAnswer.HubFailed failed) => Refused(image, hub, failed),
            (_, SourceAnswer.OfImage found) => new ModelResolution.Resolved(
                new ModelIdentity(declared, null, found.Digest, found.SizeBytes, at)
            ),
            (_, SourceAnswer.RegistryFailed failed) => Refused(image, declared, failed),
            _ => throw new ArgumentException($"{answer} is no answer about {declared}", nameof(answer)),
        };

    private static ModelResolution.Unavailable Away(DeclaredModel declared, string why, DateTime? until) =>
        new(
            until is { } pause
                ? $"The weights {declared.Text} can't be asked for before {pause:yyyy-MM-dd HH:mm:ss} UTC: {why}"
                : $"The weights {declared.Text} can't be asked for now: {why}",
            until
        );

    private static ModelResolution OfHub(DeclaredModel.OnHub hub, HubRevision found, DateTime at)
    {
        if (ModelFiles.Missing(found.Files) is { } missing)
        {
            return new ModelResolution.Refused(
                ImageReason.Stalled.ModelUnsupported,
                $"{Field}.hub.repository: {hub.Files.Repository} at {found.Commit.Short} has {missing}; name a "
                    + "repository with weights as safetensors, config.json and tokenizer.model or tokenizer.json"
            );
        }

        var size = ModelFiles.Size(found.Files, hub.Files.Include);
        return
            hub.Storage is { } storage && size is { } needed && new ResourceQuantity(storage.Size).ToDecimal() < needed
            ? new ModelResolution.Refused(
                ImageReason.Stalled.InvalidSpec,
                $"{Field}.hub.storage.size: {storage.Size} doesn't hold the {ModelText.Size(needed)} of "
                    + $"{hub.Files.Repository} at {found.Commit.Short}; write at least {Room(needed)}"
            )
            : new ModelResolution.Resolved(
                new ModelIdentity(hub, found.Commit, null, size, at) { ModelType = found.ModelType ?? "" }
            );
    }

    /// <summary>Returns a size for a volume that holds so many bytes and a file system.</summary>
    private static string Room(long bytes) =>
        string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(1.1m * bytes / (1 << 30)):0}Gi");

    private static ModelResolution.Refused Refused(
        GemmaBaseImage image,
        DeclaredModel.OnHub hub,
        SourceAnswer.HubFailed failed
    )
    {
        var (files, endpoint) = (hub.Files, hub.Files.Endpoint);
        var ns = image.Metadata.NamespaceProperty;
        return failed.Error switch
        {
            HubError.RepositoryNotFound => new ModelResolution.Refused(
                ImageReason.Stalled.ModelNotFound,
                $"{Field}.hub.repository: {endpoint} has no repository {files.Repository}"
                    + (
                        hub.Token is null
                            ? ", or it is private; check the name, or give hub.tokenSecretRef"
                            : ", or hides it from this token; check the name and the token's rights"
                    )
            ),
            HubError.RevisionNotFound => new ModelResolution.Refused(
                ImageReason.Stalled.ModelNotFound,
                $"{Field}.hub.revision: {files.Repository} has no branch, tag or commit {files.Revision}; "
                    + $"{endpoint}/{files.Repository}/tree/main lists what it has"
            ),
            HubError.FileNotFound => new ModelResolution.Refused(
                ImageReason.Stalled.ModelUnsupported,
                $"{Field}.hub.repository: config.json of {files.Repository} can't be read ({failed.Message}); name a "
                    + "repository with weights as safetensors, config.json and tokenizer.model or tokenizer.json"
            ),
            HubError.Gated => new ModelResolution.Refused(
                ImageReason.Stalled.ModelGated,
                $"{Field}.hub.repository: {files.Repository} is gated: accept its licence at "
                    + $"{endpoint}/{files.Repository} with the account that the token is of"
                    + (hub.Token is null ? "; " + MakeToken(ns) : "")
            ),
            HubError.Unauthorized => new ModelResolution.Refused(
                ImageReason.Stalled.ModelUnauthorized,
                hub.Token is { } token
                    ? $"{Field}.hub.tokenSecretRef: {endpoint} doesn't take the token in Secret {ns}/{token.Name}, key "
                        + $"{token.Key}, for {files.Repository} ({failed.Message}); put one that may read it there: "
                        + $"kubectl create secret generic {token.Name} -n {ns} --from-literal={token.Key}=hf_… "
                        + "--dry-run=client -o yaml | kubectl apply -f -"
                    : $"{Field}.hub.repository: {endpoint} shows no {files.Repository} without a token; check the "
                        + $"name; {MakeToken(ns)}"
            ),
            HubError.Refused => new ModelResolution.Refused(
                ImageReason.Stalled.EgressRefused,
                $"{Field}.hub.endpoint: {failed.Message}"
            ),
            _ => new ModelResolution.Refused(
                ImageReason.Stalled.ModelHubUnusable,
                $"{Field}.hub.endpoint: {failed.Message}; name a hub's own address"
            ),
        };
    }

    private static string MakeToken(string ns) =>
        $"give hub.tokenSecretRef a Secret, as 'kubectl create secret generic hub -n {ns} --from-literal=token=hf_…' "
        + "makes it";

    private static ModelResolution.Refused Refused(
        GemmaBaseImage image,
        DeclaredModel declared,
        SourceAnswer.RegistryFailed failed
    )
    {
        var hasSecret = declared is DeclaredModel.InImage { PullSecret.Length: > 0 };
        var hint = hasSecret
            ? ""
            : "; where it is private, give image.pullSecretRef a Secret, as 'kubectl create secret docker-registry -n "
                + $"{image.Metadata.NamespaceProperty}' makes it";
        return failed.Error switch
        {
            RegistryError.NotFound => new ModelResolution.Refused(
                ImageReason.Stalled.ModelNotFound,
                $"{Field}.image.reference: {failed.Message}{hint}"
            ),
            RegistryError.Unauthorized or RegistryError.Denied => new ModelResolution.Refused(
                ImageReason.Stalled.ModelUnauthorized,
                $"{Field}.image.{(hasSecret ? "pullSecretRef" : "reference")}: {failed.Message}{hint}"
            ),
            RegistryError.EgressRefused => new ModelResolution.Refused(
                ImageReason.Stalled.EgressRefused,
                $"{Field}.image.reference: {failed.Message}"
            ),
            _ => new ModelResolution.Refused(
                ImageReason.Stalled.ModelUnsupported,
                $"{Field}.image.reference: {failed.Message}"
            ),
        };
    }
}
