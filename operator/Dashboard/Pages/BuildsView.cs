using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Contents;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Forecasts;
using GemmaOperator.Builds.Contents;
using GemmaOperator.Dashboard.Facts;
using GemmaOperator.Dashboard.Markup;
using GemmaOperator.Text;

namespace GemmaOperator.Dashboard.Pages;

/// <summary>
/// Renders the builds of an object as a timeline, newest first: why each ran, how it went, what it changed, and what
/// became of its image.
/// </summary>
internal static class BuildsView
{
    public static Html Timeline(ImageFacts facts) =>
        facts.Builds.Items.Count == 0
            ? facts.Builds.Problem is null
                ? Html.Of($"<p>None yet.</p>")
                : Html.Empty
            : Html.Of(
                $"""<ol class="timeline" reversed>{facts.Builds.Items.Select((b, i) => Build(facts, b, i == 0))}</ol>"""
            );

    private static Html Build(ImageFacts facts, GemmaBuild build, bool isNewest)
    {
        var status = build.Status;
        var result =
            build.IsFinished ? build.Succeeded?.Reason ?? ""
            : status?.StartTime is null ? "Queued"
            : "Running";
        var took = status?.StartTime is { } began
            ? Html.Of($", took {Ages.Span((status.CompletionTime ?? facts.Now) - began)}")
            : Html.Empty;
        return Html.Of(
            $"""
            <li data-key="{build.BuildName}" class="{Words.Class(State.OfResult(result))}"><h3>{build.BuildName} {Words.Badge(State.OfResult(result), result)} {Fate(facts, build).Select(badge => Html.Of($"{badge} "))}</h3>
            <p>{Words.Time(status?.StartTime ?? build.Metadata.CreationTimestamp, facts.Now)}{took}, because of {string.Join(
                ", ",
                build.Spec?.Reasons.Select(r => r.Text) ?? []
            )}</p>
            {Failure(status?.Failure)}{Changes(build)}{Packages(build)}{Steps(build, isNewest, facts.Now)}{Images(status, build)}</li>

            """
        );
    }

    /// <summary>Says what became of its image: the rollouts and roll-backs that an object still knows of.</summary>
    private static IEnumerable<Html> Fate(ImageFacts facts, GemmaBuild build)
    {
        var status = facts.Image.Status;
        if (status?.ServingImage?.Build == build.BuildName)
        {
            yield return Words.Badge(Level.Good, "serves now");
        }

        if (status?.PreviousImage?.Build == build.BuildName)
        {
            yield return Words.Badge(Level.None, "served before");
        }

        if (
            build.Status?.Application is { } application
            && status?.RejectedDigests?.Contains(application.Digest) == true
        )
        {
            yield return Words.Badge(Level.Bad, "rolled back");
        }

        if (status?.Held?.Build == build.BuildName)
        {
            yield return Words.Badge(Level.Warning, $"held back: {status.Held.Reason}");
        }
    }

    private static Html Failure(BuildFailure? failure)
    {
        if (failure is null)
        {
            return Html.Empty;
        }

        var advice = Advice.OfFailure(failure.Reason) is { } told
            ? Html.Of($"""<p class="advice"><b>What to do:</b> {Words.WithCode(told)}</p>""")
            : Html.Empty;
        return Html.Of($"""<p class="problem">{failure.Reason}: {Words.Message(failure.Message)}</p>{advice}""");
    }

    private static Html Changes(GemmaBuild build) =>
        build.Spec?.Changes is { Count: > 0 } changes
            ? Html.Of($"""<ul class="changes">{changes.Select(Field)}</ul>""")
            : Html.Empty;

    /// <summary>Builds record the values of variables, some of which are credentials.</summary>
    private static Html Field(FieldChange change) =>
        Html.Of($"<li><code>{change.Field}</code> {Masked.Recorded(change.Old)} → {Masked.Recorded(change.New)}</li>");

    private static Html Packages(GemmaBuild build)
    {
        if (build.Status?.Contents is not { } contents)
        {
            return Html.Empty;
        }

        if (contents.Changes.Count == 0)
        {
            var same = contents.SameAs is { } other ? $", those of {other}" : "";
            return Html.Of($"<p>{contents.Packages} packages{same}{FixedText.Render(contents.Fixed)}</p>");
        }

        return Html.Of(
            $"""
            <details id="packages-{build.BuildName}"><summary>{contents.Summary} of {contents.Packages} packages, against {contents.ComparedWith}{FixedText.Render(
                contents.Fixed
            )}</summary>
            <ul class="changes">{contents.Changes.Select(Change)}</ul></details>
            """
        );
    }

    private static Html Change(PackageChange change) =>
        change switch
        {
            { Old.Length: 0 } => Html.Of(
                $"""<li><span class="state good">new</span> {change.Name} {change.New}</li>"""
            ),
            { New.Length: 0 } => Html.Of(
                $"""<li><span class="state bad">gone</span> {change.Name} {change.Old}</li>"""
            ),
            _ => Html.Of($"<li>{change.Name} {change.Old} → {change.New}</li>"),
        };

    private static Html Steps(GemmaBuild build, bool isNewest, DateTime now)
    {
        var steps = build.ShownSteps.Where(s => s.StartTime is not null).ToList();
        if (steps.Count == 0)
        {
            return Html.Empty;
        }

        var from = steps.Min(s => s.StartTime!.Value);
        var whole = Math.Max(1, (steps.Max(s => EndOf(s, now)) - from).TotalSeconds);
        var open = isNewest || !build.IsFinished ? Html.Of($" open") : Html.Empty;
        return Html.Of(
            $"""
            <details id="steps-{build.BuildName}"{open}><summary>Steps</summary>
            <table class="steps"><caption class="hidden">Steps of {build.BuildName}</caption>
            <thead class="hidden"><tr><th scope="col">Step</th><th scope="col">When</th><th scope="col">Took</th><th scope="col">Result</th></tr></thead>
            <tbody>{steps.Select(s => Step(s, from, whole, now))}</tbody></table></details>
            """
        );
    }

    private static Html Step(BuildStepStatus step, DateTime from, double whole, DateTime now)
    {
        const double Full = 100;
        var took = EndOf(step, now) - step.StartTime!.Value;
        var start = Math.Clamp((step.StartTime.Value - from).TotalSeconds / whole * Full, 0, Full - 1);
        var length = Math.Clamp(took.TotalSeconds / whole * Full, 1, Full - start);
        var level = State.OfResult(step.Result);
        var again = step.RetryAt is { } at && at > now ? Html.Of($" again {Words.Time(at, now)}") : Html.Empty;
        var attempts = step.Attempts is > 1 and var many ? Html.Of($" after {many} attempts") : Html.Empty;
        return Html.Of(
            $"""
            <tr><th scope="row">{step.Name}</th><td class="bar"><svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="{Words.Class(
                level
            )}" x="{start}" y="0" width="{length}" height="8"/></svg></td><td>{Ages.Span(took)}</td><td>{Words.Badge(
                level,
                step.Result
            )}{attempts}{again}</td></tr>

            """
        );
    }

    private static Html Images(GemmaBuildStatus? status, GemmaBuild build)
    {
        var images = new (string Name, ImageStatus? Image)[]
        {
            ("base", status?.Promoted ?? status?.Candidate),
            ("application", status?.Application),
        };
        var there = images.Where(i => i.Image is not null).ToList();
        return there.Count == 0
            ? Html.Empty
            : Html.Of(
                $"""<details id="images-{build.BuildName}"><summary>Images</summary><ul>{there.Select(i => Html.Of($"<li>{i.Name} {Words.Reference(i.Image!.Reference)}</li>"))}</ul></details>"""
            );
    }

    private static DateTime EndOf(BuildStepStatus step, DateTime now) =>
        step.DurationSeconds is { } seconds ? step.StartTime!.Value.AddSeconds(seconds)
        : step.Result == "Running" ? now
        : step.StartTime!.Value;
}
