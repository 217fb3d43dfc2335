using System.Text;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Builds.Steps.Verify;
using GemmaOperator.Cluster.Comparison;
using GemmaOperator.Text;
using k8s.Models;

namespace GemmaOperator.Builds.Rendering;

/// <summary>
/// Tells what the operator itself puts into a build, apart from what a user asks for: each part by a name, with a hash
/// of what it makes of one example that has everything, so that nobody has to count versions. A difference makes no
/// build due; the next one names it.
/// </summary>
internal static class OperatorRendering
{
    /// <summary>Names how the Dockerfile is rendered.</summary>
    public const string Dockerfile = "operator.dockerfile";

    /// <summary>Names the Job that runs the executor, and its flags.</summary>
    public const string Executor = "operator.executor";

    /// <summary>Names the program that a candidate is checked with.</summary>
    public const string Verification = "operator.verification";

    /// <summary>Names the executor's image, where the spec leaves it to the operator.</summary>
    public const string ExecutorImage = "operator.executorImage";

    /// <summary>Names the server's image, where the spec leaves it to the operator.</summary>
    public const string ServerImage = "operator.serverImage";

    /// <summary>
    /// Holds what builds were made with that don't record it: those of the release before it was recorded.
    /// </summary>
    private static readonly Dictionary<string, string> Unrecorded = new(StringComparer.Ordinal)
    {
        [Dockerfile] = "f19355222bb727e4",
        [Executor] = "e6eea8759718f54c",
        [Verification] = "ac92a96490a1420c",
    };

    private static readonly Lazy<IReadOnlyDictionary<string, string>> Present = new(Compute);

    /// <summary>Returns what a build of now is made with.</summary>
    /// <param name="defaults">Images that the spec leaves to the operator, by the names above.</param>
    public static IReadOnlyDictionary<string, string> Of(IEnumerable<KeyValuePair<string, string>> defaults) =>
        new SortedDictionary<string, string>(
            Present.Value.Concat(defaults).ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal),
            StringComparer.Ordinal
        );

    /// <summary>
    /// Returns in what the operator differs between a build and now; nothing where the build doesn't tell.
    /// </summary>
    /// <param name="build">The build.</param>
    /// <param name="now">What a build of now is made with.</param>
    /// <param name="keepsBase">Whether only the server is put onto a base image that is there.</param>
    public static IEnumerable<FieldChange> Changes(
        GemmaBuild build,
        IReadOnlyDictionary<string, string> now,
        bool keepsBase
    )
    {
        var then = build.Spec!.Resolved.Rendering is { Count: > 0 } recorded ? recorded : UnrecordedOf(build);
        return now.Where(part => !keepsBase || part.Key == ServerImage)
            .Where(part => then.TryGetValue(part.Key, out var old) && old != part.Value)
            .Select(part => new FieldChange
            {
                Field = part.Key,
                Old = then[part.Key],
                New = part.Value,
            });
    }

    private static Dictionary<string, string> UnrecordedOf(GemmaBuild build)
    {
        var parts = new Dictionary<string, string>(Unrecorded, StringComparer.Ordinal);
        if (build.Spec!.Template.Build.ExecutorImage is { } executor)
        {
            parts[ExecutorImage] = executor;
        }

        if (build.Spec.Template.Application?.ServerImage is { Length: > 0 } server)
        {
            parts[ServerImage] = server;
        }

        return parts;
    }

    private static IReadOnlyDictionary<string, string> Compute() =>
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [Dockerfile] = Hash(DockerfileRenderer.Render(Example()) + DockerfileRenderer.Render(OwnExample())),
            [Executor] = Fingerprint.HexOf(
                "job",
                ApiField.Serialize(KanikoJob.For(ExampleBuild(), attempt: 1, new BuildOptions())),
                16
            ),
            [Verification] = Hash(VerifyProgram.Text),
        };

    private static string Hash(string text) => Fingerprint.HexOf("text", Encoding.UTF8.GetBytes(text), 16);

    private static GemmaBaseImageSpec Spec =>
        new()
        {
            Base = new BaseSpec { Image = "registry.example/base:1" },
            SystemPackages = ["curl", "git=1:2"],
            Requirements = new RequirementsSpec
            {
                Inline = $"a==1 --hash=sha256:{new string('0', 64)}",
                IndexURL = "https://registry.example/simple",
                ExtraIndexURLs = ["https://registry.example/extra"],
                RequireHashes = true,
            },
            Env = [new EnvironmentVariable { Name = "A", Value = "b c" }],
            ImageLabels = new Dictionary<string, string>(StringComparer.Ordinal) { ["a"] = "b c" },
            Output = new OutputSpec { Repository = "registry.example/team/image" },
        };

    private static ParsedSpec Example() => ParsedSpec.Parse(Spec, requirements: null, dockerfile: null).Value;

    private static ParsedSpec OwnExample() =>
        ParsedSpec
            .Parse(Spec with { Requirements = null, SystemPackages = [] }, null, "ARG BASE_IMAGE\nFROM ${BASE_IMAGE}\n")
            .Value;

    private static GemmaBuild ExampleBuild() =>
        new()
        {
            Metadata = new V1ObjectMeta
            {
                Name = "example-b1",
                NamespaceProperty = "example",
                Uid = "example",
            },
            Spec = new GemmaBuildSpec
            {
                ImageRef = new ImageOwnerReference { Name = "example", Uid = "example" },
                Number = 1,
                Resolved = new ResolvedInputs
                {
                    BaseReference = "registry.example/base:1",
                    BaseDigest = $"sha256:{new string('0', 64)}",
                    InputsHash = "example",
                    CacheEpoch = "b1",
                },
                Template = new BuildTemplate
                {
                    Build = new BuildSpec { ExecutorImage = "registry.example/executor:1" },
                    Output = Spec.Output,
                },
            },
        };
}
