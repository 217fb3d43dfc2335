namespace GemmaOperator.Dashboard.Markup;

/// <summary>
/// Holds markup that may be sent as it is. There is one way to make it: <c>Html.Of($"…")</c>, which encodes whatever
/// isn't a literal of this program.
/// </summary>
internal readonly struct Html
{
    private readonly string? _markup;

    private Html(string markup) => _markup = markup;

    public static Html Empty => default;

    public static Html Of(HtmlText markup) => new(markup.ToString());

    /// <summary>Encodes text.</summary>
    public static Html Text(string? text) => Of($"{text}");

    public override string ToString() => _markup ?? "";
}
