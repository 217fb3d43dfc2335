using GemmaOperator.Api.Access;
using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Builds.Inputs.Access;
using GemmaOperator.Cluster.Faults;
using GemmaOperator.Text;
using k8s.Models;

namespace GemmaOperator.Builds.PodSettings;

/// <summary>
/// Adds to a rendered Job what the spec says of all pods of a build alike, those that build, verify and scan: labels,
/// annotations, environment, authorities, and Secrets for pulling. What the operator has rendered stays as it is.
/// </summary>
internal static class BuildPods
{
    private const string BundleVolume = "ca";

    private const string IndexVolume = "index";

    /// <summary>Lets the file's owner read it: steps that install run as root.</summary>
    private const int OwnerRead = 256;

    /// <summary>Gets where the fields come from.</summary>
    public static readonly SpecFields Fields = new(
        ("metadata.labels", "spec.build.podLabels"),
        ("spec.template.labels", "spec.build.podLabels"),
        ("spec.template.annotations", "spec.build.podAnnotations"),
        ("spec.template.spec.imagePullSecrets", "spec.build.imagePullSecrets")
    );

    /// <param name="job">As the step renders it; it is changed.</param>
    /// <param name="template">The build's.</param>
    /// <exception cref="ArgumentException">The template holds what validation would have refused.</exception>
    public static V1Job Complete(V1Job job, BuildTemplate template)
    {
        var (build, pods) = (template.Build, job.Spec.Template);
        // Kueue reads the Job's label.
        job.Metadata.Labels = With(job.Metadata.Labels, build.PodLabels);
        pods.Metadata.Labels = With(pods.Metadata.Labels, build.PodLabels);
        pods.Metadata.Annotations = With(pods.Metadata.Annotations, build.PodAnnotations);
        if (build.ImagePullSecrets.Count > 0)
        {
            pods.Spec.ImagePullSecrets =
            [
                .. (pods.Spec.ImagePullSecrets ?? [])
                    .Select(s => s.Name)
                    .Concat(build.ImagePullSecrets.Select(s => s.Name))
                    .Distinct(StringComparer.Ordinal)
                    .Select(name => new V1LocalObjectReference { Name = name }),
            ];
        }

        if (build.CaBundleRef is { } reference)
        {
            pods.Spec.Volumes = [.. pods.Spec.Volumes ?? [], Bundle(reference)];
        }

        IReadOnlyList<V1EnvVar> variables =
        [
            .. BuildVariables
                .Parse(build.Env)
                .Value.All.Select(v => new V1EnvVar { Name = v.Key, Value = PodText.Literal(v.Value) }),
            // Go and .NET read the public authorities beside it, which their images have in a directory.
            .. build.CaBundleRef is null
                ? []
                : new[]
                {
                    new V1EnvVar { Name = "SSL_CERT_FILE", Value = CaBundle.File },
                },
        ];
        foreach (var container in (pods.Spec.InitContainers ?? []).Concat(pods.Spec.Containers))
        {
            Complete(container, variables, build.CaBundleRef is not null);
        }

        return job;
    }

    /// <summary>Mounts the credentials of package indexes into the one container that installs.</summary>
    public static void MountIndexCredentials(V1PodSpec pod, V1Container installer, NetrcReference reference)
    {
        pod.Volumes =
        [
            .. pod.Volumes ?? [],
            new V1Volume
            {
                Name = IndexVolume,
                Secret = new V1SecretVolumeSource
                {
                    SecretName = reference.Name,
                    DefaultMode = OwnerRead,
                    Items = [new V1KeyToPath { Key = reference.Key, Path = Netrc.FileName }],
                },
            },
        ];
        installer.VolumeMounts =
        [
            .. installer.VolumeMounts ?? [],
            new V1VolumeMount
            {
                Name = IndexVolume,
                MountPath = Netrc.Directory,
                ReadOnlyProperty = true,
            },
        ];
    }

    private static void Complete(V1Container container, IReadOnlyList<V1EnvVar> variables, bool hasBundle)
    {
        if (variables.Count > 0)
        {
            container.Env = [.. variables, .. container.Env ?? []];
        }

        if (hasBundle)
        {
            container.VolumeMounts =
            [
                .. container.VolumeMounts ?? [],
                new V1VolumeMount
                {
                    Name = BundleVolume,
                    MountPath = CaBundle.Directory,
                    ReadOnlyProperty = true,
                },
            ];
        }
    }

    private static V1Volume Bundle(BundleReference reference) =>
        new()
        {
            Name = BundleVolume,
            ConfigMap = new V1ConfigMapVolumeSource
            {
                Name = reference.Name,
                Items = [new V1KeyToPath { Key = reference.Key, Path = CaBundle.FileName }],
            },
        };

    /// <summary>The operator's own come first, and win.</summary>
    private static IDictionary<string, string>? With(
        IDictionary<string, string>? own,
        IReadOnlyDictionary<string, string> given
    )
    {
        if (given.Count == 0)
        {
            return own;
        }

        var all = new Dictionary<string, string>(own ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        foreach (var (key, value) in given.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            all.TryAdd(key, value);
        }

        return all;
    }
}
