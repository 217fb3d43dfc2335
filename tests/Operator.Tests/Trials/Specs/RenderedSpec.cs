using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Builds.Inputs;
using k8s.Models;
using Operator.Tests.Builds.Inputs;

namespace Operator.Tests.Trials.Specs;

/// <summary>
/// Reads what was made of a spec in a way of its own, and says what isn't exactly what was asked: the second opinion
/// that finds an injection.
/// </summary>
internal static class RenderedSpec
{
    /// <summary>Returns what is wrong with a build's Dockerfile.</summary>
    public static IEnumerable<string> Wrong(GemmaBaseImage image, GemmaBuild build)
    {
        var instructions = TinyDockerfile.Instructions(build.Spec!.Resolved.Dockerfile);
        var names = instructions.Select(i => i.Name).ToList();
        if (names.Except(["ARG", "FROM", "USER", "RUN", "ENV", "COPY", "LABEL"]).FirstOrDefault() is { } foreign)
        {
            yield return $"the Dockerfile has an instruction {foreign}";
        }

        if (names.Count(n => n == "RUN") > 4 || names.Count(n => n == "FROM") != 3 || names[^1] != "USER")
        {
            yield return $"the Dockerfile is {string.Join(' ', names)}";
        }

        var asked = image.Spec!.Env.Select(e => (e.Name, e.Value)).ToList();
        var variables = asked.Count == 0 ? [] : TinyDockerfile.Pairs(instructions.Last(i => i.Name == "ENV").Arguments);
        if (!variables.Order().SequenceEqual(asked.Order()))
        {
            yield return $"ENV gives {string.Join(", ", variables)}";
        }

        var labels = TinyDockerfile.Pairs(instructions.Single(i => i.Name == "LABEL").Arguments);
        foreach (var (key, value) in image.Spec.ImageLabels.Where(l => !labels.Contains((l.Key, l.Value))))
        {
            yield return $"LABEL lacks {key}={value}";
        }

        if (labels.Count > image.Spec.ImageLabels.Count + 4)
        {
            yield return $"LABEL gives {string.Join(", ", labels)}";
        }
    }

    /// <summary>Returns what is wrong with the arguments of a Job's container.</summary>
    public static IEnumerable<string> Wrong(V1Job job) =>
        job
            .Spec.Template.Spec.Containers.SelectMany(c => c.Args ?? [])
            .Where(a => a.Any(ch => char.IsControl(ch) && ch is not ('\n' or '\t')))
            .Select(a => $"{job.Metadata.Name} has the argument {a}");

    /// <summary>Returns what is wrong with the served pods.</summary>
    public static IEnumerable<string> Wrong(GemmaBaseImage image, V1Deployment deployment)
    {
        var server = deployment.Spec.Template.Spec.Containers.Single(c => c.Name == ServingDeployment.ContainerName);
        foreach (var asked in image.Spec!.Rollout.Server.Env)
        {
            if (asked.ValueFrom is null && server.Env.Count(e => e.Name == asked.Name && e.Value == asked.Value) != 1)
            {
                yield return $"variable {asked.Name} isn't '{asked.Value}'";
            }
        }
    }

    /// <summary>Returns what of a sentence must not reach a terminal.</summary>
    public static IEnumerable<string> WrongText(string? text) =>
        text?.Any(c => char.IsControl(c) || c is '\u2028' or '\u2029' or (>= '\u202a' and <= '\u202e')) == true
            ? [$"raw control characters in: {Uri.EscapeDataString(text)}"]
            : [];
}
