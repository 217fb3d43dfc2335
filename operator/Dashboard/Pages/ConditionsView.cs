using GemmaOperator.Dashboard.Facts;
using GemmaOperator.Dashboard.Markup;
using k8s.Models;

namespace GemmaOperator.Dashboard.Pages;

/// <summary>Renders conditions, those that ask something of people first, with what to do.</summary>
internal static class ConditionsView
{
    public static Html Table(ImageFacts facts)
    {
        var conditions = facts.Image.Status?.Conditions ?? [];
        return conditions.Count == 0
            ? Html.Of($"<p>None: no operator has seen this object yet.</p>")
            : Html.Of(
                $"""
                <table class="list" role="table"><caption class="hidden">Conditions, the worst first</caption>
                <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Condition</th><th scope="col" role="columnheader">Since</th><th scope="col" role="columnheader">Message, and what to do</th></tr></thead>
                <tbody role="rowgroup">{conditions.OrderByDescending(State.Of).Select(c =>
                    Row(c, facts.Now)
                )}</tbody></table>
                """
            );
    }

    private static Html Row(V1Condition condition, DateTime now)
    {
        var level = State.Of(condition);
        // A guide for what is well would only be in the way.
        var advice =
            level != Level.Good && Advice.OfCondition(condition.Type, condition.Reason ?? "") is { } told
                ? Html.Of($"""<p class="advice"><b>What to do:</b> {Words.WithCode(told)}</p>""")
                : Html.Empty;
        return Html.Of(
            $"""
            <tr role="row"><th scope="row" role="rowheader">{Words.Badge(
                level,
                $"{condition.Type}: {condition.Status}"
            )} <span class="why">{condition.Reason}</span></th><td role="cell" data-label="Since">{Words.Time(
                condition.LastTransitionTime,
                now
            )}</td><td role="cell" data-label="Message">{Words.Message(condition.Message)}{advice}</td></tr>

            """
        );
    }
}
