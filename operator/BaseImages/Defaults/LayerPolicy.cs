using GemmaOperator.Api.Defaults;
using GemmaOperator.Api.Validation;
using GemmaOperator.Tenancy;
using GemmaOperator.Text;

namespace GemmaOperator.BaseImages.Defaults;

/// <summary>
/// Decides which defaults of one origin count: what is written, or, where that isn't good, what was the last that was.
/// </summary>
internal static class LayerPolicy
{
    /// <param name="source">What is written now.</param>
    /// <param name="kept">What was in force before; null: nothing is known of it.</param>
    /// <param name="from">Whose it is.</param>
    /// <param name="below">The defaults that count where these say nothing; null: none.</param>
    /// <param name="policy">What these may name.</param>
    public static LayerState Decide(
        DefaultsSource source,
        string? kept,
        DefaultsOrigin from,
        DefaultsLayer? below,
        TenantPolicy policy
    )
    {
        if (source is { Text: null, Problem: null })
        {
            return LayerState.None;
        }

        var now = source.Text is { } text ? Read(text, from, below, policy) : null;
        if (now is not null && now.TryGet(out var good))
        {
            return new LayerState(good, null);
        }

        var problem = $"{source.Name}: {source.Problem ?? ErrorSummary.Of(now!.Problems).Message}";
        return kept is not null && Kept(kept, from) is { } last
            ? new LayerState(last, $"{problem}. The last good ones stay in force until this is put right")
            : new LayerState(null, $"{problem}. No good ones are known, so that none of them count");
    }

    /// <summary>
    /// Returns what was in force. What an operator doesn't allow any more, or a newer one finds wrong, stays so, and
    /// those who take it over are refused: without it they would be built otherwise, such as without their scanner.
    /// </summary>
    private static DefaultsLayer? Kept(string text, DefaultsOrigin from) =>
        DefaultsText.Parse(from, text).TryGet(out var layer) && !DefaultsCheck.JudgeGiven(layer).Any() ? layer : null;

    private static Parsed<DefaultsLayer> Read(
        string text,
        DefaultsOrigin from,
        DefaultsLayer? below,
        TenantPolicy policy
    )
    {
        var parsed = DefaultsText.Parse(from, text);
        return parsed.TryGet(out var layer) && DefaultsCheck.Judge(layer, below, policy) is { Count: > 0 } problems
            ? Parsed<DefaultsLayer>.Wrong(problems)
            : parsed;
    }
}
