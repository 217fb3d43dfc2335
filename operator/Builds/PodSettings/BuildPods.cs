using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Cluster.Faults;
using GemmaOperator.Text;
using k8s.Models;

namespace GemmaOperator.Builds.PodSettings;

/// <summary>
/// Adds to a rendered Job what the spec says of all pods of a build alike, those that build, verify and scan: labels,
/// annotations, environment, and Secrets for pulling. What the operator has rendered stays as it is.
/// </summary>
internal static class BuildPods
{
    /// <summary>Gets where the fields come from.</summary>
    public static readonly SpecFields Fields = new(
        ("metadata.labels", "spec.build.podLabels"),
        ("spec.template.labels", "spec.build.podLabels"),
        ("spec.template.annotations", "spec.build.podAnnotations"),
        ("spec.template.metadata.labels", "spec.build.podLabels"),
        ("spec.template.metadata.annotations", "spec.build.podAnnotations"),
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

        var variables = BuildVariables
            .Parse(build.Env)
            .Value.All.Select(v => new V1EnvVar { Name = v.Key, Value = PodText.Literal(v.Value) })
            .ToList();
        if (variables.Count > 0)
        {
            foreach (var container in (pods.Spec.InitContainers ?? []).Concat(pods.Spec.Containers))
            {
                container.Env = [.. variables, .. container.Env ?? []];
            }
        }

        return job;
    }

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
