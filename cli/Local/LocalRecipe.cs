using Docker.DotNet.Models;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Builds.Inputs.Cooldowns;
using GemmaOperator.Builds.PodSettings;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Registry.References;
using GemmaOperator.Text;
using k8s.Models;

namespace KubectlGemma.Local;

/// <summary>Renders what an engine is asked for: the operator's own Dockerfile, context and arguments.</summary>
/// <param name="Build">The build, its base pinned.</param>
/// <param name="Base">What it is made upon.</param>
/// <param name="Name">What the image is called here.</param>
/// <param name="Network">Network of the steps; empty: the engine's usual one.</param>
internal sealed record LocalRecipe(GemmaBuild Build, LocalBase Base, ImageReference Name, string Network)
{
    /// <summary>Marks what was built on somebody's machine; no build of the operator's has it.</summary>
    public const string LocalLabel = ApiGroup.Name + "/local";

    public const string Archive = KanikoJob.ScratchDirectory + "/image.tar";

    private GemmaBuildSpec Spec => Build.Spec!;

    public string Dockerfile => Spec.Resolved.Dockerfile;

    /// <summary>Gets the build arguments, as the operator's Job has them.</summary>
    public IReadOnlyDictionary<string, string> Arguments =>
        new Dictionary<string, string>(
            RunArguments.Of(Spec.Template).All.Concat(Cooldown.ValuesOf(Spec.Resolved)),
            StringComparer.Ordinal
        )
        {
            ["BASE_IMAGE"] = Base.From,
            ["CACHE_EPOCH"] = Spec.Resolved.CacheEpoch,
        };

    /// <summary>Gets the operator's labels but those that number its builds.</summary>
    public IReadOnlyDictionary<string, string> Labels =>
        new Dictionary<string, string>(
            BuildLabels.Of(Build).Where(l => l.Key is not (BuildLabels.BuildNumber or BuildLabels.Version)),
            StringComparer.Ordinal
        )
        {
            [LocalLabel] = "true",
        };

    /// <summary>Renders the request to the classic builder.</summary>
    public ImageBuildParameters ForEngine() =>
        new()
        {
            // BuildKit would take the same; it tells its steps in another form, and Podman has none.
            Version = "1",
            Tags = [Name.ToString()],
            Dockerfile = BuildContext.DockerfileKey,
            BuildArgs = new Dictionary<string, string>(Arguments, StringComparer.Ordinal),
            Labels = new Dictionary<string, string>(Labels, StringComparer.Ordinal),
            Platform = Spec.Template.Platform.Text,
            NetworkMode = Network.Length > 0 ? Network : null,
            Remove = true,
            ForceRemove = true,
        };

    /// <summary>
    /// Renders the container of the operator's build Job, which writes an archive instead of pushing, and uses no cache
    /// of layers.
    /// </summary>
    /// <param name="insecureHosts">Registries that are asked without TLS.</param>
    public CreateContainerParameters ForKaniko(IReadOnlyList<string> insecureHosts)
    {
        var job = Legacy();
        var container = KanikoJob.Executor(
            job.Spec!,
            KanikoFlags.For(job, new BuildOptions { InsecureHosts = insecureHosts }),
            secret: null
        );
        return new CreateContainerParameters
        {
            Image = container.Image,
            Cmd =
            [
                .. container.Args.Select(PodText.Read).Where(a => !IsLocalOnly(a)),
                .. Labelled(),
                "--no-push",
                $"--destination={Name}",
                $"--tar-path={Archive}",
            ],
            Env = [.. container.Env.Select(e => $"{e.Name}={e.Value}")],
            // Mount points, as in the pod: what lies there gets into no layer.
            Volumes = new Dictionary<string, EmptyStruct>(StringComparer.Ordinal)
            {
                [KanikoFlags.ContextDirectory] = default,
                [KanikoJob.ScratchDirectory] = default,
            },
            Labels = new Dictionary<string, string>(StringComparer.Ordinal) { [LocalLabel] = "true" },
            HostConfig = new HostConfig
            {
                CapDrop = ["ALL"],
                CapAdd = [.. container.SecurityContext.Capabilities.Add],
                SecurityOpt = ["no-new-privileges"],
                NetworkMode = Network.Length > 0 ? Network : "",
            },
        };
    }

    /// <summary>Returns the same build with a Job whose executor reads the base itself, without a cache.</summary>
    private GemmaBuild Legacy()
    {
        var build = Spec.Template.Build with
        {
            Isolation = GemmaOperator.Api.Isolation.BuildIsolation.Legacy,
            Cache = Spec.Template.Build.Cache with { Mode = CacheMode.None },
        };
        return Build with { Spec = Spec with { Template = Spec.Template with { Build = build } } };
    }

    private static string[] Labelled() => [$"--label={LocalLabel}=true"];

    private static bool IsLocalOnly(string argument) =>
        argument.StartsWith("--destination=", StringComparison.Ordinal)
        || argument.StartsWith("--digest-file=", StringComparison.Ordinal)
        || argument.StartsWith($"--label={BuildLabels.BuildNumber}=", StringComparison.Ordinal)
        || argument.StartsWith($"--label={BuildLabels.Version}=", StringComparison.Ordinal);

    /// <summary>Renders the context.</summary>
    public V1ConfigMap Context() => BuildContext.For(Build);
}
