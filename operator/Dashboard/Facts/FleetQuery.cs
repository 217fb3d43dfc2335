using System.Globalization;
using GemmaOperator.Text;

namespace GemmaOperator.Dashboard.Facts;

/// <summary>
/// Says which part of the fleet is looked at, and in which order: the parameters of the page's address.
/// </summary>
internal sealed record FleetQuery
{
    public const string NamespaceField = "namespace";
    public const string TextField = "q";
    public const string ShowField = "show";
    public const string SortField = "sort";
    public const string OrderField = "order";
    public const string PageField = "page";

    private const int LongestText = 253;
    private const string Up = "asc";
    private const string Down = "desc";

    /// <summary>Gets the namespace; null: all that the visitor may see.</summary>
    public string? Namespace { get; init; }

    /// <summary>Gets what names must contain; empty: anything.</summary>
    public string Text { get; init; } = "";

    public FleetFilter Show { get; init; } = FleetFilter.All[0];

    public FleetOrder Sort { get; init; } = FleetOrder.ByAttention;

    public bool IsDown { get; init; } = FleetOrder.ByAttention.StartsDown;

    /// <summary>Gets the page, from 1.</summary>
    public int Page { get; init; } = 1;

    /// <summary>Reads the parameters; those that it doesn't know are passed over.</summary>
    /// <param name="given">Returns the value of a parameter; null or empty where there is none.</param>
    /// <exception cref="FormatException">One of them can't be; the message names it, and what could.</exception>
    public static FleetQuery Read(Func<string, string?> given)
    {
        var sort = Word(given, SortField, FleetOrder.All, o => o.Word) ?? FleetOrder.ByAttention;
        return new FleetQuery
        {
            Namespace = NamespaceOf(given(NamespaceField)),
            Text = TextOf(given(TextField)),
            Show = Word(given, ShowField, FleetFilter.All, f => f.Word) ?? FleetFilter.All[0],
            Sort = sort,
            IsDown = given(OrderField) switch
            {
                null or "" => sort.StartsDown,
                Up => false,
                Down => true,
                var other => throw new FormatException($"order: {Quoted.Of(other)} is neither {Up} nor {Down}"),
            },
            Page = PageOf(given(PageField)),
        };
    }

    /// <summary>
    /// Returns the address of the same, without what goes without saying; it begins with a question mark.
    /// </summary>
    public string ToAddress()
    {
        (string Name, string Value)[] parts =
        [
            (NamespaceField, Namespace ?? ""),
            (TextField, Text),
            (ShowField, Show == FleetFilter.All[0] ? "" : Show.Word),
            (SortField, Sort == FleetOrder.ByAttention ? "" : Sort.Word),
            (OrderField, IsDown == Sort.StartsDown ? "" : DirectionWord),
            (PageField, Page == 1 ? "" : Page.ToString(CultureInfo.InvariantCulture)),
        ];
        return "?" + string.Join('&', parts.Where(p => p.Value.Length > 0).Select(p => $"{p.Name}={Escaped(p.Value)}"));
    }

    public string DirectionWord => IsDown ? Down : Up;

    /// <summary>
    /// Returns the query for a click on a column: its usual direction, or the other one if it is it already.
    /// </summary>
    public FleetQuery SortedBy(FleetOrder order) =>
        this with
        {
            Sort = order,
            IsDown = Sort == order ? !IsDown : order.StartsDown,
            Page = 1,
        };

    private static string Escaped(string value) => Uri.EscapeDataString(value);

    private static T? Word<T>(Func<string, string?> given, string field, IReadOnlyList<T> all, Func<T, string> wordOf)
        where T : class =>
        given(field) is not { Length: > 0 } word ? null
        : all.FirstOrDefault(one => wordOf(one) == word) is { } found ? found
        : throw new FormatException($"{field}: {Quoted.Of(word)} is none of {string.Join(", ", all.Select(wordOf))}");

    private static string? NamespaceOf(string? given) =>
        given is not { Length: > 0 } ns ? null
        : NameSyntax.IsNamespace(ns) ? ns
        : throw new FormatException($"{NamespaceField}: {Quoted.Of(ns)} can't be the name of a namespace");

    private static string TextOf(string? given) =>
        given is not { } text ? ""
        : text.Length <= LongestText ? text.Trim()
        : throw new FormatException($"{TextField}: it has {text.Length} characters; {LongestText} are the most");

    private static int PageOf(string? given) =>
        given is not { Length: > 0 } text ? 1
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var page) && page > 0 ? page
        : throw new FormatException($"{PageField}: {Quoted.Of(text)} isn't a number from 1");
}
