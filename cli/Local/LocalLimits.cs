using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Inputs;

namespace KubectlGemma.Local;

/// <summary>Says what of a build can't be the same on this machine, by its field.</summary>
internal static class LocalLimits
{
    /// <summary>Returns why it isn't built here; null where it can be.</summary>
    public static string? Refusal(GemmaBuild build, Executor executor)
    {
        var spec = build.Spec!;
        if (spec.Template.IndexCredentialsRef is { } secret)
        {
            return $"spec.requirements.indexCredentialsRef: the Secret {secret.Name} isn't read on this machine, and "
                + "without it the index refuses; leave the field out of a copy whose indexes answer to anybody";
        }

        if (spec.Template.Build.CaBundleRef is { } bundle)
        {
            return $"spec.build.caBundleRef: the authorities of the ConfigMap {bundle.Name} can't be mounted into the "
                + "steps of a local build; leave the field out of a copy where the base trusts them";
        }

        return executor == Executor.Engine && Heredoc(spec.Resolved.Dockerfile) is { } line
            ? $"spec.dockerfile: line {line} has a heredoc, which the engine's classic builder doesn't know; use "
                + "--executor kaniko"
            : null;
    }

    /// <summary>Says what is left out.</summary>
    public static IEnumerable<string> Notes(GemmaBuild build, Executor executor)
    {
        var template = build.Spec!.Template;
        if (executor == Executor.Engine && template.Build.ExtraArgs.Count > 0)
        {
            yield return "spec.build.extraArgs: these are Kaniko's and count with --executor kaniko";
        }

        if (template.Verification is { PullTest.RequireGPU: true })
        {
            yield return "spec.verification.pullTest.requireGPU: no GPU is looked for here";
        }

        if (template.Verification?.Scan is not null)
        {
            yield return "spec.verification.scan: no scanner is run here";
        }
    }

    private static int? Heredoc(string dockerfile) =>
        DockerfileInstruction
            .ReadAll(dockerfile)
            .Where(i => i.MayHaveHeredocs && DockerfileHeredoc.ReadAll(i.Arguments).Any())
            .Select(i => (int?)i.Line)
            .FirstOrDefault();
}
