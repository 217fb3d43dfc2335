using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Words;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Registry.Client;

/// <summary>
/// Says with whose credentials a base image is asked for: those of its own Secret, or else those of the output when
/// both are in one registry.
/// </summary>
internal abstract record BaseIdentity
{
    private BaseIdentity() { }

    /// <summary>Decides it for one object.</summary>
    public static BaseIdentity Of(GemmaBaseImage image, ImageRepository repository)
    {
        var spec = image.Spec!;
        if (spec.Base.PullSecretRef?.Name is { Length: > 0 } own)
        {
            return new Secret(own);
        }

        var isShared =
            ImageRepository.TryParse(spec.Output.Repository, out var output, out _) && output.Host == repository.Host;
        return (isShared, spec.Output.Credentials) switch
        {
            (true, { Type.Value: CredentialsType.WorkloadIdentity }) => new Workload(),
            (true, { Type.Value: CredentialsType.Secret, SecretRef.Name: { Length: > 0 } name }) => new Secret(name),
            _ => new Nobody(),
        };
    }

    public sealed record Nobody : BaseIdentity;

    /// <summary>Says that it is a Secret of the object's namespace.</summary>
    public sealed record Secret(string Name) : BaseIdentity;

    /// <summary>Says that it is the operator's own identity in the cloud.</summary>
    public sealed record Workload : BaseIdentity;
}
