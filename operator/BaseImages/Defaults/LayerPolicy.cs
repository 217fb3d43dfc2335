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
        var before = kept is null ? null : Read(kept, from, below, policy);
        return before is not null && before.TryGet(out var last)
            ? new LayerState(last, $"{problem}. The last good ones stay in force until this is put right")
            : new LayerState(null, $"{problem}. No good ones are known, so that none of them count");
    }

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
