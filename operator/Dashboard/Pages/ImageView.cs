using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Channels;
using GemmaOperator.Api.Defaults;
using GemmaOperator.Api.Workloads;
using GemmaOperator.BaseImages.Channels;
using GemmaOperator.Dashboard.Facts;
using GemmaOperator.Dashboard.Markup;
using k8s.Models;

namespace GemmaOperator.Dashboard.Pages;

/// <summary>
/// Renders one GemmaBaseImage: how it is, what asks something of people, its builds, pods and events.
/// </summary>
internal static class ImageView
{
    /// <summary>Bounds the events that are shown.</summary>
    private const int MostEvents = 50;

    public static Html Content(ImageFacts facts)
    {
        var image = facts.Image;
        return Html.Of(
            $"""
            <h1>{image.Metadata.Name} <small>in namespace {image.Metadata.NamespaceProperty}</small></h1>
            <div id="image" data-part>
            <section aria-label="In short">{Summary(facts)}</section>
            <section aria-labelledby="conditions"><h2 id="conditions">Conditions</h2>{ConditionsView.Table(facts)}</section>
            <section aria-labelledby="builds"><h2 id="builds">Builds</h2>{Problem(facts.Builds.Problem)}{BuildsView.Timeline(
                facts
            )}</section>
            <section aria-labelledby="effort"><h2 id="effort">Minutes and cost</h2>{Charts.Section(
                BuildEffort.Of(facts),
                Total(image.Status?.Cost)
            )}</section>
            <section aria-labelledby="pods"><h2 id="pods">Pods</h2>{Problem(facts.Pods.Problem)}{PodsView.Table(
                facts
            )}</section>
            <section aria-labelledby="events"><h2 id="events">Events</h2>{Problem(facts.Events.Problem)}{Events(
                facts
            )}</section>
            </div>
            """
        );
    }

    private static Html Problem(string? problem) =>
        problem is null ? Html.Empty : Html.Of($"""<p class="problem">{problem}</p>""");

    private static Html Summary(ImageFacts facts)
    {
        var (image, now, row) = (facts.Image, facts.Now, FleetRow.Of(facts.Image));
        var status = image.Status;
        return Html.Of(
            $"""
            <dl class="summary">
            <div><dt>State</dt><dd>{Words.Of(row.Ready)} {Words.Of(row.Fresh)} {(
                row.Patched == State.None ? Html.Empty : Words.Of(row.Patched)
            )}</dd></div>
            <div><dt>Doing</dt><dd>{Words.Of(row.Doing)}</dd></div>
            <div><dt>Serves</dt><dd>{Image(status?.ServingImage, "nothing yet")}</dd></div>
            <div><dt>Newest</dt><dd>{Image(status?.LatestImage, "none yet")}</dd></div>
            {Optional("Before", status?.PreviousImage is { } before ? Image(before, "") : null)}
            {Optional(
                "Confirmed",
                status?.Confirmed is { } same ? Html.Of($"by {same.Build}: nothing has changed") : null
            )}
            {Optional("Base", status?.Base is { } line ? Base(line) : null)}
            {Optional(
                "Held back",
                status?.Held is { } held
                    ? Html.Of($"{held.Build ?? "what is newer"}, by {held.Reason}, {Words.Time(held.Since, now)}")
                    : null
            )}
            {Optional(
                "When deleted",
                status?.DeletionPolicy?.Value == DeletionPolicy.Orphan ? Html.Of($"what serves stays") : null
            )}
            {Optional("Inherits", status?.Inherited is { Count: > 0 } inherited ? Inherits(inherited) : null)}
            <div><dt>Next build</dt><dd>{Next(row, image, now)}</dd></div>
            {Optional(
                "Rejected",
                status?.RejectedDigests is { Count: > 0 } rejected
                    ? Html.Of($"{rejected.Select(Words.Reference)}")
                    : null
            )}
            {Optional("Why", status?.Rollout?.LastFailure is { } failure ? Words.Message(failure) : null)}
            </dl>
            """
        );
    }

    /// <summary>Names the fields that are from defaults, by whose they are.</summary>
    private static Html Inherits(IReadOnlyList<InheritedField> fields)
    {
        var byOrigin = fields
            .GroupBy(f => f.From.Text)
            .OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => $"{g.Key}: {string.Join(", ", g.Select(f => f.Field))}");
        return Words.Text(string.Join("; ", byOrigin));
    }

    private static Html Base(ChannelStatus line) =>
        Html.Of($"{Words.Reference(line.Stands)}; {Words.Text(ChannelText.Of(line))}");

    private static Html Optional(string name, Html? value) =>
        value is { } there ? Html.Of($"<div><dt>{name}</dt><dd>{there}</dd></div>") : Html.Empty;

    private static Html Image(ImageStatus? image, string otherwise) =>
        image is null ? Html.Of($"""<span class="none">{otherwise}</span>""")
        : image.Build is { Length: > 0 } build ? Html.Of($"{Words.Reference(image.Reference)} ({build})")
        : Words.Reference(image.Reference);

    private static Html Next(FleetRow row, GemmaBaseImage image, DateTime now)
    {
        if (row.NextWord.Length > 0 || row.NextBuild is not { } next)
        {
            return Words.Text(row.NextText(now));
        }

        var schedule = Html.Of($"<code>{image.Spec?.Schedule}</code> in {image.Spec?.TimeZone}");
        return Html.Of($"{Words.Time(next, now)}, by the schedule {schedule}");
    }

    private static string Total(CostStatus? cost) =>
        cost is null
            ? ""
            : $"All builds ever: {cost.BuildMinutesTotal} minutes, {cost.BuildCostTotal}; "
                + $"saved {cost.SavedPerWeek} a week.";

    private static Html Events(ImageFacts facts) =>
        facts.Events.Items.Count == 0
            ? Html.Of($"<p>None that the API server still has; it keeps them for an hour, mostly.</p>")
            : Html.Of(
                $"""
                <table class="list" role="table"><caption class="hidden">Events, newest first</caption>
                <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">When</th><th scope="col" role="columnheader">What</th><th scope="col" role="columnheader">Message</th></tr></thead>
                <tbody role="rowgroup">{facts.Events.Items.Take(MostEvents).Select(e =>
                    Event(e, facts.Now)
                )}</tbody></table>
                """
            );

    private static Html Event(Corev1Event e, DateTime now)
    {
        var times = (e.Series?.Count ?? e.Count) is > 1 and var count ? Html.Of($" ({count} times)") : Html.Empty;
        return Html.Of(
            $"""
            <tr role="row"><td role="cell" data-label="When">{Words.Time(
                EventTimes.Of(e),
                now
            )}</td><td role="cell" data-label="What">{Words.Badge(
                e.Type == "Normal" ? Level.None : Level.Warning,
                e.Reason ?? ""
            )}</td><td role="cell" data-label="Message">{Words.Message(e.Message)}{times}</td></tr>

            """
        );
    }
}
