using System.Text.RegularExpressions;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Validation;
using GemmaOperator.Api.Words;
using GemmaOperator.Runtime.Text;
using GemmaOperator.Text;

namespace GemmaOperator.BaseImages.Facts;

/// <summary>
/// Understands the annotation <c>gemmaoperator.io/plan</c>: a first word, by which one request differs from another,
/// and behind it, if the spec is a proposal for another object, that object's name.
/// </summary>
/// <param name="Text">What a status repeats of it.</param>
/// <param name="InPlaceOf">The object that the spec is thought to be applied to; null for its own.</param>
/// <param name="Problem">What is wrong with it, by its field; null for nothing.</param>
internal sealed partial record PlanRequest(string Text, string? InPlaceOf = null, string? Problem = null)
{
    /// <summary>Is where it stands, for people.</summary>
    public const string Field = $"metadata.annotations[{ApiGroup.PlanAnnotation}]";

    private const int MostText = 256;

    /// <summary>Returns null where nobody asks.</summary>
    public static PlanRequest? Of(GemmaBaseImage image) =>
        image.Metadata.Annotations is { } annotations
        && annotations.TryGetValue(ApiGroup.PlanAnnotation, out var text)
        && text.Trim().Length > 0
            ? Parse(text, image.Metadata.Name)
            : null;

    /// <summary>Returns what nobody has answered yet; null where there is nothing.</summary>
    public static PlanRequest? Open(GemmaBaseImage image) =>
        Of(image) is { } request && request.Text != image.Status?.Plan?.ObservedRequest ? request : null;

    private static PlanRequest Parse(string given, string own)
    {
        var words = given.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var text = Truncation.Shorten(VisibleText.Line(given), MostText);
        return words is [var token] && Token().IsMatch(token) ? new PlanRequest(text)
            : words is [var first, var name] && Token().IsMatch(first) && IsName(name)
                ? new PlanRequest(text, name == own ? null : name)
            : new PlanRequest(
                text,
                Problem: $"{Field}: {Quoted.Of(text)} is no request; write one word of letters, digits and -._:+/ "
                    + "(up to 128) that no request before had, such as a time or a commit, and behind it, if the spec "
                    + "is meant for another object, the name of that GemmaBaseImage"
            );
    }

    private static bool IsName(string name) => name.Length <= 63 && Syntax.ServiceName().IsMatch(name);

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._:+/-]{0,127}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Token();
}
