using GemmaOperator.Api.Builds;
using GemmaOperator.Text;
using k8s;

namespace GemmaOperator.Builds.Inputs;

/// <summary>Computes the three fingerprints of <see cref="ResolvedInputs"/>.</summary>
internal static class Fingerprints
{
    /// <summary>
    /// Hashes all that goes into the image, except the base's digest and the cache epoch: those change by themselves,
    /// and a build for their sake has reasons of its own.
    /// </summary>
    public static string Inputs(ParsedSpec inputs) => Content(inputs).ToString();

    /// <summary>
    /// Hashes the inputs, and how and where they are built. A failed attempt isn't repeated for the same hash, so that
    /// it covers everything by which a user could repair a build.
    /// </summary>
    public static string Attempt(ParsedSpec inputs, BuildTemplate template)
    {
        var build = template.Build;
        return Content(inputs)
            .With("build.executorImage", build.ExecutorImage)
            .With("build.serviceAccountName", build.ServiceAccountName)
            .With("build.resources", build.Resources is null ? null : KubernetesJson.Serialize(build.Resources))
            .With("build.timeout", build.Timeout.Text)
            .With("build.scratchSizeLimit", build.ScratchSizeLimit)
            .WithPairs("build.nodeSelector", build.NodeSelector)
            .WithSet("build.tolerations", build.Tolerations.Select(t => KubernetesJson.Serialize(t)))
            .With("build.priorityClassName", build.PriorityClassName)
            .With("build.cache.mode", build.Cache.Mode.Text)
            .With("build.cache.repository", build.Cache.Repository)
            .With("build.cache.ttl", build.Cache.Ttl.Text)
            .WithList("build.extraArgs", build.ExtraArgs)
            .With("output.repository", template.Output.Repository)
            .With("output.insecure", template.Output.Insecure ? "true" : null)
            .With("output.credentials.type", template.Output.Credentials.Type.Text)
            .With("output.credentials.secretRef", template.Output.Credentials.SecretRef?.Name)
            .With("pullSecretRef", template.PullSecretRef?.Name)
            .ToString();
    }

    /// <summary>Hashes what is made from the base image afterwards: alias tags and the application image.</summary>
    public static string Publish(BuildTemplate template) =>
        new Fingerprint()
            .WithSet("output.aliasTags", template.Output.AliasTags)
            .With("output.repository", template.Output.Repository)
            .With("application.serverImage", template.Application?.ServerImage)
            .With("application.repository", template.Application?.Repository)
            .With("application.port", template.Application is { } application ? $"{application.Port}" : null)
            .With("verification", template.Verification is { } verification ? Verification(verification) : null)
            .ToString();

    /// <summary>
    /// Hashes what a candidate must prove, and everything by which a user could repair a failed check, but not what is
    /// proved already.
    /// </summary>
    public static string Verification(VerificationTemplate verification) =>
        new Fingerprint()
            .With("pullTest", verification.PullTest.Enabled ? "true" : null)
            .With("requireGPU", verification.PullTest.RequireGPU ? "true" : null)
            .With("timeout", verification.PullTest.Timeout.Text)
            .With(
                "resources",
                verification.PullTest.Resources is { } resources ? KubernetesJson.Serialize(resources) : null
            )
            .With("nonRoot", verification.NonRoot.Text)
            .WithSet("imports", verification.Imports)
            .With("pytorch", verification.Pytorch)
            .With("cuda", verification.Cuda)
            .With("scan", verification.Scan is { } scan ? KubernetesJson.Serialize(scan) : null)
            .With("gpu", verification.Gpu is { } gpu ? KubernetesJson.Serialize(gpu) : null)
            .ToString();

    private static Fingerprint Content(ParsedSpec inputs) =>
        new Fingerprint()
            .With("template", DockerfileRenderer.TemplateVersion)
            .With("base", inputs.Base.Reference.ToString())
            .WithSet("packages", inputs.Packages.Select(p => p.ToString()))
            .With("requirements", inputs.Requirements.Render())
            .With("requireHashes", inputs.RequireHashes ? "true" : null)
            .With("index", inputs.Index?.Value)
            .WithList("extraIndexes", inputs.ExtraIndexes.Select(i => i.Value))
            .With("dockerfile", inputs.Dockerfile?.Value)
            .With("user.name", inputs.User.Name)
            .With("user.uid", $"{inputs.User.Uid}")
            .With("user.gid", $"{inputs.User.Gid}")
            .WithPairs("env", inputs.Environment.Variables)
            .WithPairs("labels", inputs.Labels.Labels)
            .With("platform", inputs.Platform.Text)
            .With("pytorch", inputs.Pytorch)
            .With("cuda", inputs.Cuda)
            .With("cudnn", inputs.Cudnn);
}
