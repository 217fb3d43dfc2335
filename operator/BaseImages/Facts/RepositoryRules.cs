using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Words;
using GemmaOperator.Owners;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.References;

namespace GemmaOperator.BaseImages.Facts;

/// <summary>Decides whether an object may use the repositories that a valid spec names, before any build.</summary>
internal static class RepositoryRules
{
    /// <summary>Returns why it may not; null when it may.</summary>
    /// <param name="image">The object.</param>
    /// <param name="known">What it asks for.</param>
    /// <param name="policy">What whoever runs the operator allows.</param>
    /// <param name="plainHosts">
    /// Hosts that the operator's configuration says are spoken to over plain HTTP; null where that isn't known.
    /// </param>
    /// <param name="taken">What another object has; null for nothing.</param>
    public static BuildRequest.Refused? Judge(
        GemmaBaseImage image,
        BuildRequest.Known known,
        RepositoryPolicy policy,
        IReadOnlyCollection<string>? plainHosts,
        TakenRepository? taken
    ) =>
        (NotAllowed(image, known, policy) ?? NotInPlain(known, plainHosts)) is { } message
            ? new BuildRequest.Refused(ImageReason.Stalled.RepositoryNotAllowed, message)
        : taken is not null ? new BuildRequest.Refused(ImageReason.Stalled.RepositoryTaken, taken.Message)
        : null;

    private static string? NotAllowed(GemmaBaseImage image, BuildRequest.Known known, RepositoryPolicy policy)
    {
        var ns = image.Metadata.NamespaceProperty;
        var refused = known.Template.WrittenRepositories.FirstOrDefault(w => !policy.Allows(ns, w.Repository));
        if (refused is not null)
        {
            return $"{refused.Field}: {policy.Refuse(ns, refused.Repository)}";
        }

        if (known.Template.Output.Credentials.Type != CredentialsType.WorkloadIdentity)
        {
            return null;
        }

        // An identity that isn't the tenant's own reads no more than it may write.
        var read = known.Base.Reference.Repository;
        if (BaseIdentity.Of(image, read) is BaseIdentity.Workload && !policy.AllowsReading(ns, read))
        {
            return $"{(known.Spec.Base.Image.Length > 0 ? "spec.base.image" : "spec.base")}: {policy.Refuse(ns, read)}";
        }

        return
            ImageReference.TryParse(known.Template.Application?.ServerImage, out var server, out _)
            && ImageRepository.Parse(known.Template.Output.Repository).Host == server.Repository.Host
            && !policy.AllowsReading(ns, server.Repository)
            ? $"spec.rollout.server.image: {policy.Refuse(ns, server.Repository)}"
            : null;
    }

    /// <summary>A namespace's word isn't enough to send a credential where anybody on the way can take it.</summary>
    private static string? NotInPlain(BuildRequest.Known known, IReadOnlyCollection<string>? plainHosts)
    {
        var output = known.Template.Output;
        var host = ImageRepository.Parse(output.Repository).Host;
        return
            output.Insecure
            && output.Credentials.Type == CredentialsType.Secret
            && plainHosts?.Contains(host, StringComparer.Ordinal) == false
            ? "spec.output.insecure: credentials go over plain HTTP only to hosts that the operator's configuration "
                + "names; leave insecure out, or have whoever runs the operator start it with "
                + $"--insecure-registry={host} (the chart's value insecureRegistries)"
            : null;
    }
}
