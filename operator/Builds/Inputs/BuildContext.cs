using GemmaOperator.Api.Builds;
using GemmaOperator.Cluster;
using GemmaOperator.Text;
using k8s.Models;

namespace GemmaOperator.Builds.Inputs;

/// <summary>Renders the build context: an immutable ConfigMap that goes away with its GemmaBuild.</summary>
internal static class BuildContext
{
    public const string DockerfileKey = "Dockerfile";
    public const string RequirementsKey = "requirements.txt";

    /// <summary>
    /// Bounds the data: the API server takes 1 MiB (validation.MaxSecretSize, which ConfigMaps share); the same text
    /// also stands in the GemmaBuild, whose size etcd bounds at 1.5 MiB together with its metadata.
    /// </summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>Bound on each text, in characters: the GemmaBuild's schema has it.</summary>
    public const int MaxTextLength = 512 * 1024;

    public static string Name(GemmaBuild build) => ObjectName.With(build.Metadata.Name, "-context");

    /// <summary>Says what is wrong with the size, or null.</summary>
    public static FieldError? Check(ResolvedInputs resolved)
    {
        // Never fewer than the characters that the schema counts.
        if (resolved.Dockerfile.Length > MaxTextLength)
        {
            return Problem.At(
                "spec",
                $"the Dockerfile that is rendered from it has {resolved.Dockerfile.Length} characters",
                $"shorten spec.env, spec.imageLabels or spec.systemPackages so that it has at most {MaxTextLength}"
            );
        }

        var bytes =
            UntrustedText.Utf8Length(resolved.Dockerfile)
            + UntrustedText.Utf8Length(resolved.Requirements)
            + DockerfileKey.Length
            + RequirementsKey.Length;
        return bytes <= MaxBytes
            ? null
            : Problem.At(
                "spec",
                $"Dockerfile and requirements have {bytes} bytes together",
                $"keep them below {MaxBytes}"
            );
    }

    /// <summary>Renders the ConfigMap; both keys are always there, since both are mounted as files.</summary>
    /// <exception cref="ArgumentException">
    /// It is larger than <see cref="MaxBytes"/>, which <see cref="Check"/> would have said.
    /// </exception>
    public static V1ConfigMap For(GemmaBuild build)
    {
        var resolved = BuildObject.Spec(build).Resolved;
        if (Check(resolved) is { } problem)
        {
            throw new ArgumentException(problem.ToString(), nameof(build));
        }

        return new V1ConfigMap
        {
            ApiVersion = "v1",
            Kind = "ConfigMap",
            Metadata = BuildObject.Metadata(build, Name(build)),
            Immutable = true,
            Data = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                [DockerfileKey] = resolved.Dockerfile,
                [RequirementsKey] = resolved.Requirements,
            },
        };
    }
}
