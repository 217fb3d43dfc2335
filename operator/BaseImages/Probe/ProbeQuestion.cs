using System.Text.Json;
using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Updates;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.Builds;
using GemmaOperator.Builds.Contents;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Builds.Inputs.Cooldowns;
using GemmaOperator.Builds.Inputs.Updates;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Cluster;
using GemmaOperator.Text;

namespace GemmaOperator.BaseImages.Probe;

/// <summary>Holds one question to a published image, and the program that asks it there.</summary>
/// <param name="Subject">Whom.</param>
/// <param name="Tick">Tick of the schedule that it is asked for (UTC); null between ticks.</param>
/// <param name="Policy">Which updates of the operating system it is about.</param>
/// <param name="Argument">All that differs between questions, as JSON.</param>
/// <param name="Template">How and where builds run now.</param>
internal sealed record ProbeQuestion(
    ProbeSubject Subject,
    DateTime? Tick,
    SystemUpdatePolicy Policy,
    string Argument,
    BuildTemplate Template
)
{
    /// <summary>Gets whose image is asked, of several platforms; null for an image for one.</summary>
    public WireEnum<Platform>? Platform { get; private init; }

    /// <summary>
    /// Bounds one command in the image: indexes are slow, and a requirement may have to be built to be understood.
    /// </summary>
    private const int CommandSeconds = 600;

    private const string DigestKey = "digest";

    /// <summary>Holds the program (<c>contents.py</c> and <c>probe.py</c>, joined).</summary>
    public static string Program { get; } = PythonProgram.Read("contents.py") + PythonProgram.Read("probe.py");

    /// <summary>Returns what is asked for a tick: all that a build would bring.</summary>
    public static ProbeQuestion ForTick(ImageSnapshot s, ProbeSubject subject, DateTime tick) =>
        Of(s, subject, tick, SystemUpdates.Of(s.Spec).Policy, asksPython: true);

    /// <summary>Returns what is asked between ticks: what would make a build due.</summary>
    public static ProbeQuestion BetweenTicks(ImageSnapshot s, ProbeSubject subject) =>
        s.Spec.Triggers.Packages?.Policy.Value == SystemUpdatePolicy.Security
            ? Of(s, subject, null, SystemUpdatePolicy.Security, asksPython: false)
            : Of(s, subject, null, SystemUpdates.Of(s.Spec).Policy, asksPython: true);

    /// <summary>Returns the same question to one platform's image of an index, on a node of that.</summary>
    public ProbeQuestion On(WireEnum<Platform> platform)
    {
        var image = PlatformPart.Find(Subject.Build.Status!, platform).Candidate ?? Subject.Image;
        var asked = JsonNode.Parse(Argument)!.AsObject();
        asked[DigestKey] = image.Digest;
        return this with
        {
            Subject = Subject with { Image = image },
            Platform = platform,
            Argument = asked.ToJsonString(),
            Template = Template with { Platform = platform },
        };
    }

    /// <summary>
    /// Names the Job: the same question of the same number has one name, so that making it twice is harmless.
    /// </summary>
    public string JobName(GemmaBaseImage image, long number) =>
        ObjectName.With(
            image.Metadata.Name,
            $"-probe-{number}-"
                + new Fingerprint()
                    .With("image", Subject.Image.Digest)
                    .With("asked", Argument)
                    .With("platform", Platform?.Text)
                    .Hex(8)
        );

    private static ProbeQuestion Of(
        ImageSnapshot s,
        ProbeSubject subject,
        DateTime? tick,
        SystemUpdatePolicy policy,
        bool asksPython
    )
    {
        var inputs = (BuildRequest.Known)s.Inputs;
        var content = inputs.Content;
        var asked = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            [DigestKey] = subject.Image.Digest,
            ["log"] = TerminationLog.Path,
            ["root"] = "/",
            ["work"] = ProbeJob.ScratchDirectory,
            ["timeout"] = CommandSeconds,
            ["forget"] = content.Environment.Variables.Select(v => v.Key).ToList(),
            ["ranks"] = new Dictionary<string, object>(StringComparer.Ordinal)
            {
                ["dpkg"] = PackageImportance.SystemPatterns,
                ["python"] = PackageImportance.PythonPatterns,
            },
            ["apt"] = Apt(content, policy, isWhole: asksPython),
            ["pip"] =
                asksPython && content.Requirements is { IsEmpty: false, IsLock: false }
                    ? Pip(content, tick ?? ProbePolicy.NextAsk(s, subject))
                    : null,
        };
        return new ProbeQuestion(subject, tick, policy, JsonSerializer.Serialize(asked), inputs.Template);
    }

    /// <summary>
    /// Asks of apt what the layers of a build do; of security updates alone, packages that the spec lists are no more
    /// than others. Returns null where a build does nothing.
    /// </summary>
    private static Dictionary<string, object>? Apt(ParsedSpec content, SystemUpdatePolicy policy, bool isWhole)
    {
        var listed = isWhole ? content.Packages.Where(p => p.Version is null).Select(p => p.Name).ToList() : [];
        return policy == SystemUpdatePolicy.None && listed.Count == 0
            ? null
            : new Dictionary<string, object>(StringComparer.Ordinal)
            {
                ["upgrade"] = policy != SystemUpdatePolicy.None,
                ["packages"] = listed,
                ["preferences"] = policy == SystemUpdatePolicy.Security ? UpdateCommands.PreferencesText : "",
                ["sources"] =
                    policy == SystemUpdatePolicy.Security ? UpdateCommands.SecuritySource : UpdateCommands.AnySource,
                ["held"] = new Dictionary<string, object>(StringComparer.Ordinal)
                {
                    ["names"] = HeldPackages.Names,
                    ["maintainers"] = HeldPackages.Maintainers,
                    ["pins"] = content.Packages.Where(p => p.Version is not null).Select(p => p.Name).ToList(),
                },
            };
    }

    /// <summary>
    /// Asks for what would be old enough at the time that the question is for, which is the same for as long as it is
    /// asked: a build that follows takes a time that isn't before it.
    /// </summary>
    private static Dictionary<string, object> Pip(ParsedSpec content, DateTime? at)
    {
        var question = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["requirements"] = DockerfileRenderer.RequirementsFile,
            ["constraints"] = DockerfileRenderer.ConstraintsFile,
            ["base"] = DockerfileRenderer.BasePythonFile,
            ["options"] = DockerfileRenderer.IndexOptions(content).ToList(),
        };
        if (content.MinAge is { } age && at is { } time)
        {
            question["before"] = Cooldown.TextOf(time - age);
            question["newer"] = Cooldown.Pip;
            question["indexes"] = DockerfileRenderer.IndexOptions(content, hasHashes: false).ToList();
        }

        return question;
    }
}
