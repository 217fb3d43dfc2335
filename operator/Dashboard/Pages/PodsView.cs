using GemmaOperator.Api.Words;
using GemmaOperator.Cluster.Pods;
using GemmaOperator.Dashboard.Facts;
using GemmaOperator.Dashboard.Markup;
using k8s.Models;

namespace GemmaOperator.Dashboard.Pages;

/// <summary>Renders pods: those that serve, then those of builds that still run.</summary>
internal static class PodsView
{
    public static Html Table(ImageFacts facts)
    {
        var pods = facts
            .Pods.Items.OrderBy(p => p.Status?.Phase is "Succeeded")
            .ThenBy(p => BuildOf(p) is not null)
            .ThenBy(p => p.Metadata.CreationTimestamp)
            .ToList();
        return pods.Count == 0
            ? Html.Of($"<p>None.</p>")
            : Html.Of(
                $"""
                <table class="list" role="table"><caption class="hidden">Pods, those that serve first</caption>
                <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Pod</th><th scope="col" role="columnheader">For</th><th scope="col" role="columnheader">Phase</th><th scope="col" role="columnheader">Node</th><th scope="col" role="columnheader">Age</th></tr></thead>
                <tbody role="rowgroup">{pods.Select(p => Row(p, facts.Now))}</tbody></table>
                """
            );
    }

    private static Html Row(V1Pod pod, DateTime now)
    {
        var problems = PodComplaints.Of(pod).Select(p => Html.Of($"""<span class="problem">{p}</span>"""));
        var going = pod.Metadata.DeletionTimestamp is null
            ? Html.Empty
            : Html.Of($" {Words.Badge(Level.Waiting, "being deleted")}");
        return Html.Of(
            $"""
            <tr role="row"><th scope="row" role="rowheader">{pod.Metadata.Name}</th><td role="cell" data-label="For">{For(
                pod
            )}</td><td role="cell" data-label="Phase">{Words.Badge(
                LevelOf(pod),
                pod.Status?.Phase ?? "Unknown"
            )}{going}{problems}</td><td role="cell" data-label="Node">{Words.Text(
                pod.Spec?.NodeName
            )}</td><td role="cell" data-label="Age">{Words.Age(pod.Metadata.CreationTimestamp, now)}</td></tr>

            """
        );
    }

    private static Level LevelOf(V1Pod pod) =>
        pod.Status?.Phase switch
        {
            "Failed" => Level.Bad,
            "Succeeded" => Level.Good,
            "Running" => PodComplaints.Of(pod).Any() ? Level.Warning : Level.Good,
            _ => Level.Waiting,
        };

    private static string For(V1Pod pod) =>
        BuildOf(pod)
        ?? (
            pod.Metadata.OwnerReferences?.FirstOrDefault(o => o.Kind == "Job") is { } job
                ? $"Job {job.Name}"
                : "serving"
        );

    private static string? BuildOf(V1Pod pod) =>
        pod.Metadata.Labels is { } labels && labels.TryGetValue(ApiGroup.BuildLabel, out var build) ? build : null;
}
