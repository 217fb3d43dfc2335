using GemmaOperator.Api.Builds;
using GemmaOperator.Text;
using k8s;

namespace GemmaOperator.Builds.Inputs;

/// <summary>
/// Computes the three fingerprints of <see cref="ResolvedInputs"/>, of what a user asks for and of nothing else: what
/// the operator makes of it (the Dockerfile's text, flags, scripts, its own defaults) isn't among it, or an upgrade
/// would rebuild every image. They stand in statuses and builds of releases before, so that they must stay as they are.
/// </summary>
internal static class Fingerprints
{
    /// <summary>Stands for an image that the spec leaves to the operator, whichever that is.</summary>
    public const string OperatorDefault = "(the operator's default)";

    /// <summary>
    /// Names the scheme. It was once the version of the Dockerfile's rendering; to change it makes every image due.
    /// </summary>
    private const string Scheme = "2";

    /// <summary>
    /// Hashes all that goes into the image, except the base's digest and the cache epoch: those change by themselves,
    /// and a build for their sake has reasons of its own.
    /// </summary>
    public static string Inputs(ParsedSpec inputs) => Content(inputs).ToString();

    /// <summary>
    /// Hashes the inputs, and how and where they are built. A failed attempt isn't repeated for the same hash, so that
    /// it covers everything by which a user could repair a build.
    /// </summary>
    /// <param name="inputs">What goes into the image.</param>
    /// <param name="template">How and where it is made.</param>
    /// <param name="executorImage">The spec's own, or what stands for the operator's.</param>
    public static string Attempt(ParsedSpec inputs, BuildTemplate template, string? executorImage)
    {
        var build = template.Build;
        return Content(inputs)
            .With("build.executorImage", executorImage)
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
            .With("build.cache.access", build.Cache.Access?.Text)
            .With("build.isolation", build.Isolation?.Text)
            .WithList("build.extraArgs", build.ExtraArgs)
            .WithPairs("build.env", build.Env.Select(v => KeyValuePair.Create(v.Name, v.Value)))
            .With("build.caBundleRef", build.CaBundleRef is { } bundle ? $"{bundle.Name}/{bundle.Key}" : null)
            .WithPairs("build.podLabels", build.PodLabels)
            .WithPairs("build.podAnnotations", build.PodAnnotations)
            .WithSet("build.imagePullSecrets", build.ImagePullSecrets.Select(s => s.Name))
            .With("output.repository", template.Output.Repository)
            .With("output.insecure", template.Output.Insecure ? "true" : null)
            .With("output.credentials.type", template.Output.Credentials.Type.Text)
            .With("output.credentials.secretRef", template.Output.Credentials.SecretRef?.Name)
            .With("pullSecretRef", template.PullSecretRef?.Name)
            .With(
                "requirements.indexCredentialsRef",
                template.IndexCredentialsRef is { } netrc ? $"{netrc.Name}/{netrc.Key}" : null
            )
            .ToString();
    }

    /// <summary>Hashes an attempt whose executor the spec names.</summary>
    public static string Attempt(ParsedSpec inputs, BuildTemplate template) =>
        Attempt(inputs, template, template.Build.ExecutorImage);

    /// <summary>Hashes what is made of a server that the spec names.</summary>
    public static string Publish(BuildTemplate template) => Publish(template, template.Application?.ServerImage);

    /// <summary>Hashes what is made from the base image afterwards: alias tags and the application image.</summary>
    /// <param name="template">How and where it is made.</param>
    /// <param name="serverImage">
    /// The spec's own, or what stands for the operator's; null where only the base is published.
    /// </param>
    public static string Publish(BuildTemplate template, string? serverImage) =>
        new Fingerprint()
            .WithSet("output.aliasTags", template.Output.AliasTags)
            .With("output.repository", template.Output.Repository)
            .With("application.serverImage", serverImage)
            .With("application.repository", template.Application?.Repository)
            .With("application.port", template.Application is { } application ? $"{application.Port}" : null)
            .With("application.engine", template.Application?.Engine?.Text)
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
            .With("template", Scheme)
            .With("base", inputs.Base.Reference.ToString())
            .WithSet("packages", inputs.Packages.Select(p => p.ToString()))
            .With("systemUpdates.policy", inputs.Updates.Asked)
            .With("requirements", inputs.Requirements.Canonical())
            .With("requireHashes", inputs.RequireHashes ? "true" : null)
            .With("requirements.format", inputs.Requirements.IsLock ? "Pylock" : null)
            .With("requirements.minAge", inputs.MinAge is { } age ? $"{(long)age.TotalSeconds}" : null)
            .With("index", inputs.Index?.Value)
            .WithList("extraIndexes", inputs.ExtraIndexes.Select(i => i.Value))
            .With("dockerfile", inputs.Dockerfile?.Value)
            .With("user.name", inputs.User.Name)
            .With("user.uid", $"{inputs.User.Uid}")
            .With("user.gid", $"{inputs.User.Gid}")
            .WithPairs("env", inputs.Environment.Variables)
            .WithPairs("labels", inputs.Labels.Labels)
            .With("platform", string.Join(',', inputs.Platforms.Select(p => p.Text)))
            .With("pytorch", inputs.Pytorch)
            .With("cuda", inputs.Cuda)
            .With("cudnn", inputs.Cudnn);
}
