using System.Globalization;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Contents;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Contents;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Owners;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.References;
using GemmaOperator.Text;

namespace KubectlGemma.Images;

/// <summary>Judges whether an image is what the operator recorded when it made it.</summary>
internal static class ProvenancePolicy
{
    public static IReadOnlyList<Verdict> Judge(ProvenanceFacts facts) =>
        [
            Build(facts),
            Verified(facts.Build),
            .. Scanned(facts.Build),
            There(facts),
            .. facts.There.Value is { } image ? [Base(facts, image), Labels(facts, image)] : Array.Empty<Verdict>(),
            Packages(facts),
            .. Layers(facts),
            .. facts.Tags.Select(t => Tag(facts, $"tag {t.Tag}", t.At)),
        ];

    private static Verdict Build(ProvenanceFacts facts)
    {
        var build = facts.Build;
        var name = build.BuildName;
        return facts.Owner is null
                ? new(
                    "build",
                    Finding.Fails,
                    $"{name} made it, and its GemmaBaseImage is gone: who made the build can't be told"
                )
            : !OwnBuilds.Confirms(facts.Owner, build)
                ? new("build", Finding.Fails, $"{name} names it, and isn't a build that the operator made")
            : !build.HasSucceeded
                ? new(
                    "build",
                    Finding.Fails,
                    $"{name} made it and {(build.IsFinished ? $"failed: {build.Succeeded?.Reason}" : "hasn't ended")}"
                )
            : new(
                "build",
                Finding.Holds,
                $"{name} of {build.Spec!.ImageRef.Name} made it, because of "
                    + $"{string.Join(", ", build.Spec.Reasons.Select(r => r.Text))}; it ended "
                    + At(build.Status?.CompletionTime)
            );
    }

    private static Verdict Verified(GemmaBuild build)
    {
        if (build.Status?.Verification is not { } proved)
        {
            return new("verified", Finding.Fails, "nothing of it was verified");
        }

        var step = build.Status.Steps.FirstOrDefault(s => s.Name == StepLog.Verify);
        var when =
            step is { StartTime: { } started, DurationSeconds: { } took } ? $"{At(started.AddSeconds(took))}: "
            : build.Spec?.Template.Verification?.Proved is not null ? "by the build whose base image it reuses: "
            : "";
        string[] parts =
        [
            proved.Uid is { } uid
                ? string.Create(CultureInfo.InvariantCulture, $"ran as {uid}:{proved.Gid}")
                : $"its config alone, user {proved.User}; no pod ran it",
            proved.PythonVersion is { } python ? $"Python {python}" : "",
            proved.TorchVersion is { } torch ? $"PyTorch {torch}" : "",
            proved.CudaVersion is { Length: > 0 } cuda ? $"CUDA {cuda}" : "",
            proved.Gpu is { Length: > 0 } gpu ? $"on {gpu}" : "",
            proved.Imports.Count > 0 ? $"imports {string.Join(", ", proved.Imports)}" : "",
            .. proved.Warnings.Select(w => $"warning: {w}"),
        ];
        return new("verified", Finding.Holds, when + string.Join(", ", parts.Where(p => p.Length > 0)));
    }

    private static IEnumerable<Verdict> Scanned(GemmaBuild build)
    {
        if (build.Spec?.Template.Verification?.Scan is not { } asked)
        {
            yield break;
        }

        yield return build.Status?.Verification?.Scan switch
        {
            null => new("scanned", Finding.Fails, $"{asked.Scanner} was to scan it, and no result is recorded"),
            { Error: { } error } => new("scanned", Finding.Fails, $"{asked.Scanner} had no result: {error}"),
            var scan => new(
                "scanned",
                Finding.Holds,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"by {asked.Scanner}: {scan.Critical} critical, {scan.High} high, {scan.Medium} medium, "
                        + $"{scan.Low} low"
                ) + (scan.Ignored > 0 ? string.Create(CultureInfo.InvariantCulture, $", {scan.Ignored} excepted") : "")
            ),
        };
    }

    private static Verdict There(ProvenanceFacts facts) =>
        facts.There.Value is { } image
            ? new(
                "registry",
                Finding.Holds,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{facts.Image.Repository} has it, {image.Manifest.Layers.Count} layers, {image.Size} bytes"
                )
            )
            : Missing("registry", facts.There);

    private static Verdict Base(ProvenanceFacts facts, ImageContent image)
    {
        var spec = facts.Build.Spec!;
        var said = image.Labels.GetValueOrDefault(BuildLabels.BaseDigest);
        var (expected, what) = facts.IsApplication
            ? (facts.BaseDigest, ProvenanceFacts.BaseOf(facts.Build)?.Reference)
            : (spec.Resolved.BaseDigest, $"{spec.Resolved.BaseReference}@{spec.Resolved.BaseDigest}");
        return said is null ? new("base", Finding.Fails, $"its config doesn't name a base; it was made of {what}")
            : said != expected ? new("base", Finding.Fails, $"its config names {said}; it was made of {what}")
            : facts.Base is not { } below ? new("base", Finding.Holds, what!)
            : below.Value is not { } there ? Missing("base", below)
            : image.DiffIds.Take(there.DiffIds.Count).SequenceEqual(there.DiffIds)
                ? new("base", Finding.Holds, $"{what}, whose {there.DiffIds.Count} layers are its first")
            : new("base", Finding.Fails, $"its first layers aren't those of {what}");
    }

    /// <summary>An application image keeps the labels of its base.</summary>
    private static Verdict Labels(ProvenanceFacts facts, ImageContent image)
    {
        var differs = BuildLabels
            .Of(facts.Build)
            .Where(l => l.Key is BuildLabels.Image or BuildLabels.InputsHash)
            .Where(l => image.Labels.GetValueOrDefault(l.Key) != l.Value)
            .Select(l => $"{l.Key} is {image.Labels.GetValueOrDefault(l.Key) ?? "missing"}, not {l.Value}")
            .ToList();
        return differs.Count == 0
            ? new(
                "inputs",
                Finding.Holds,
                $"its config names the inputs of the build, {facts.Build.Spec!.Resolved.InputsHash}"
            )
            : new("inputs", Finding.Fails, $"its config isn't of this build: {string.Join("; ", differs)}");
    }

    private static Verdict Packages(ProvenanceFacts facts)
    {
        if (facts.ListedBy?.Status?.Contents is not { } contents)
        {
            return new("packages", Finding.NotAsked, "no build has listed them");
        }

        if (facts.Document is not { } document)
        {
            return new(
                "packages",
                Finding.NotAsked,
                contents.Sbom is { State.Value: SbomState.Refused, Message: var why }
                    ? $"the registry took no list: {why}"
                    : "no list of them is in the registry"
            );
        }

        var digest = contents.Sbom!.Digest;
        return document.Value is not { } bytes ? Missing("packages", document)
            : CycloneDxReader.Read(bytes) is not { } list
                ? new("packages", Finding.Fails, $"the list {digest} can't be read")
            : list.Fingerprint != contents.Fingerprint
                ? new(
                    "packages",
                    Finding.Fails,
                    $"the list {digest} isn't what {facts.ListedBy.BuildName} recorded, {contents.Fingerprint}"
                )
            : new(
                "packages",
                Finding.Holds,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{list.Packages.Count} in the list {digest}, as {facts.ListedBy.BuildName} recorded"
                )
            );
    }

    /// <summary>Holds what the image says of itself against what the operator read in its layers.</summary>
    private static IEnumerable<Verdict> Layers(ProvenanceFacts facts)
    {
        if (facts.ListedBy?.Status?.Contents?.Layers is { } layers)
        {
            yield return layers.Unlisted == 0
                ? new(
                    "layers",
                    Finding.Holds,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{layers.Read} were read and hold no Python package that it doesn't list; "
                            + $"{layers.Unread} weren't"
                    )
                )
                : new(
                    "layers",
                    Finding.Fails,
                    string.Create(CultureInfo.InvariantCulture, $"{layers.Unlisted} Python packages in them aren't in ")
                        + $"its list: {string.Join(", ", layers.Names)}"
                );
        }
    }

    private static Verdict Tag(ProvenanceFacts facts, string subject, Answer<ImageDigest>? asked)
    {
        if (asked is not { } answer)
        {
            return new(
                subject,
                Finding.NotAsked,
                $"{facts.Build.Spec!.ImageRef.Name} has it no more in {facts.Build.Spec.Template.Output.Repository}"
            );
        }

        if (answer.Value?.ToString() is not { } at)
        {
            return Missing(subject, answer);
        }

        var newest = facts.Owner?.Status?.LatestImage?.Digest ?? facts.BaseDigest;
        var known = facts.Build.Status?.Conditions.FirstOrDefault(c => c.Type == ConditionType.AliasTagsCurrent)
            is { Status: "False", Reason: var reason }
            ? $", as the operator knows: {reason}"
            : "";
        return at != newest ? new(subject, Finding.Fails, $"is at {at}; the newest image is {newest}{known}")
            : at == facts.BaseDigest ? new(subject, Finding.Holds, "is at it")
            : new(subject, Finding.NotAsked, $"is at the newest image, {at}");
    }

    private static Verdict Missing<T>(string subject, Answer<T> answer)
        where T : class => new(subject, answer.IsAnswered ? Finding.Fails : Finding.Unknown, answer.Problem ?? "");

    private static string At(DateTime? time) => time is { } at ? Ages.Utc(at) : "at an unknown time";
}
