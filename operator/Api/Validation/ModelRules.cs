using System.Net;
using System.Text.RegularExpressions;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Models;
using GemmaOperator.Api.Words;
using GemmaOperator.Registry.References;
using GemmaOperator.Text;

namespace GemmaOperator.Api.Validation;

/// <summary>Checks the model to serve and where its weights come from.</summary>
internal static partial class ModelRules
{
    private const string Path = "spec.rollout.server.model";

    public static void Check(GemmaBaseImageSpec spec, Findings findings)
    {
        var model = spec.Rollout?.Server?.Model ?? new ModelSpec();
        findings.Match(
            $"{Path}.name",
            model.Name,
            Syntax.ModelName(),
            "a model's name",
            "write it as in google/gemma-7b-it"
        );
        CheckMount(model.Path ?? "", findings);
        CheckSources(model, findings);
        Names.CheckReference($"{Path}.existingClaim", model.ExistingClaim, "a PersistentVolumeClaim", findings);
        CheckDirectory($"{Path}.subPath", model.SubPath, findings);
        if (model.Image is { } image)
        {
            CheckImage(image, findings);
        }

        if (model.Hub is { } hub)
        {
            CheckHub(hub, findings);
            CheckSharing(spec.Rollout!, hub.Storage, findings);
        }
    }

    private static void CheckMount(string path, Findings findings)
    {
        if (!Syntax.MountPath().IsMatch(path) || Unclean().IsMatch(path))
        {
            findings.Add(
                $"{Path}.path",
                $"{Quoted.Of(path)} isn't a clean absolute path",
                "write it as in /models, without . and .. parts"
            );
        }
        else if (Taken().IsMatch(path))
        {
            findings.Add(
                $"{Path}.path",
                $"{Quoted.Of(path)} is taken",
                "choose one outside /tmp, /app, /proc, /sys and /dev"
            );
        }
    }

    private static void CheckSources(ModelSpec model, Findings findings)
    {
        var given = new[]
        {
            model.ExistingClaim is { Length: > 0 } ? "existingClaim" : null,
            model.Image is not null ? "image" : null,
            model.Hub is not null ? "hub" : null,
        }
            .OfType<string>()
            .ToList();
        if (given.Count > 1)
        {
            findings.Add(
                Path,
                $"it has {string.Join(" and ", given)}",
                "name one of rollout.server.model.existingClaim, image and hub"
            );
        }

        if (model.SubPath is { Length: > 0 } && model.ExistingClaim is not { Length: > 0 })
        {
            findings.Add(
                $"{Path}.subPath",
                "it is a directory of existingClaim, which isn't given",
                "give existingClaim, or use image.subPath"
            );
        }
    }

    private static void CheckImage(ModelImageSpec image, Findings findings)
    {
        if (ReferenceSyntax.OfImage(image.Reference ?? "") is { } error)
        {
            findings.Add($"{Path}.image.reference", error.Problem, error.Remedy);
        }

        CheckDirectory($"{Path}.image.subPath", image.SubPath, findings);
        Names.CheckReference($"{Path}.image.pullSecretRef.name", image.PullSecretRef?.Name, "a Secret", findings);
    }

    private static void CheckHub(ModelHubSpec hub, Findings findings)
    {
        findings.Match(
            $"{Path}.hub.repository",
            hub.Repository,
            Syntax.HubRepository(),
            "a repository of a hub",
            "write it as in google/gemma-3-1b-it"
        );
        if (!Syntax.HubRevision().IsMatch(hub.Revision ?? "") || hub.Revision!.Contains("..", StringComparison.Ordinal))
        {
            findings.Add(
                $"{Path}.hub.revision",
                $"{Quoted.Of(hub.Revision)} isn't a revision",
                "write a branch, a tag or a commit without .., as in main"
            );
        }

        CheckEndpoint(hub, findings);
        if (hub.TokenSecretRef is { } token)
        {
            CheckToken(token, findings);
        }

        foreach (var (i, glob) in (hub.Include ?? []).Index())
        {
            if (!Syntax.RelativeGlob().IsMatch(glob ?? "") || Unclean().IsMatch(glob!))
            {
                findings.Add(
                    $"{Path}.hub.include[{i}]",
                    $"{Quoted.Of(glob)} isn't a relative path",
                    "write it as in *.json, without . and .. parts"
                );
            }
        }

        if (hub.Storage is { } storage)
        {
            CheckStorage(storage, findings);
        }
    }

    /// <summary>Judges an address by its words; what a name resolves to is judged when it is asked.</summary>
    private static void CheckEndpoint(ModelHubSpec hub, Findings findings)
    {
        const string Field = $"{Path}.hub.endpoint";
        if (hub.Endpoint is not { Length: > 0 } text)
        {
            return;
        }

        if (
            text.Length > SpecBounds.HubEndpoint
            || !Syntax.HubEndpoint().IsMatch(text)
            || !Uri.TryCreate(text, UriKind.Absolute, out var endpoint)
        )
        {
            findings.Add(
                Field,
                $"{Quoted.Of(text)} isn't the address of a hub",
                "write it as in https://huggingface.co"
            );
            return;
        }

        if (IPAddress.TryParse(endpoint.IdnHost, out var address) && ReservedAddress.Contains(address))
        {
            findings.Add(Field, $"{Quoted.Of(text)} is in a range that no hub is in", "name the hub's own address");
        }
        else if (endpoint.Scheme != Uri.UriSchemeHttps && !hub.Insecure && !endpoint.IsLoopback)
        {
            findings.Add(
                Field,
                $"{Quoted.Of(text)} isn't https",
                "write https://, or set hub.insecure where the token may be read on the way"
            );
        }
    }

    private static void CheckToken(SecretKeyReference token, Findings findings)
    {
        if (token.Name is not { Length: > 0 })
        {
            findings.Add($"{Path}.hub.tokenSecretRef.name", "it is empty", "name a Secret, or remove tokenSecretRef");
        }

        Names.CheckReference($"{Path}.hub.tokenSecretRef.name", token.Name, "a Secret", findings);
        if (token.Key is not { Length: > 0 and <= 253 } || !Syntax.ConfigMapKey().IsMatch(token.Key))
        {
            findings.Add(
                $"{Path}.hub.tokenSecretRef.key",
                $"{Quoted.Of(token.Key)} can't be a key of a Secret",
                "use letters, digits, -, _ and ."
            );
        }
    }

    private static void CheckStorage(ModelStorageSpec storage, Findings findings)
    {
        findings.Match($"{Path}.hub.storage.size", storage.Size, Syntax.StorageSize(), "a size", "write it as in 20Gi");
        Names.CheckReference(
            $"{Path}.hub.storage.storageClassName",
            storage.StorageClassName,
            "a StorageClass",
            findings
        );
        if (storage.AccessModes is not { Count: > 0 })
        {
            findings.Add($"{Path}.hub.storage.accessModes", "it is empty", "list at least one, as in ReadWriteOnce");
        }

        foreach (var (i, mode) in (storage.AccessModes ?? []).Index())
        {
            findings.OneOf($"{Path}.hub.storage.accessModes[{i}]", mode);
        }
    }

    /// <summary>
    /// Refuses a volume that one node holds for pods that may be on several: the second would wait for ever. With one
    /// replica, the strategy Surge acts as InPlace.
    /// </summary>
    private static void CheckSharing(RolloutSpec rollout, ModelStorageSpec? storage, Findings findings)
    {
        if (
            storage?.AccessModes is not { Count: > 0 } modes
            || modes.Any(m => m.Value is null or VolumeAccessMode.ReadWriteMany)
        )
        {
            return;
        }

        if (rollout.Server.Replicas > 1)
        {
            findings.Add(
                $"{Path}.hub.storage.accessModes",
                $"{string.Join(", ", modes.Select(m => m.Text))} is for one node, and server.replicas "
                    + $"{rollout.Server.Replicas} needs a volume for several nodes",
                "use ReadWriteMany, one replica, or no storage"
            );
        }
    }

    private static void CheckDirectory(string field, string? path, Findings findings)
    {
        if (path is { Length: > 0 } && (!Syntax.RelativePath().IsMatch(path) || Unclean().IsMatch(path)))
        {
            findings.Add(
                field,
                $"{Quoted.Of(path)} isn't a relative path",
                "write it as in gemma/1b, without . and .. parts"
            );
        }
    }

    [GeneratedRegex(@"(\A|/)[.][.]?(/|\z)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Unclean();

    [GeneratedRegex(@"\A/(tmp|app|proc|sys|dev)(/|\z)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Taken();
}
