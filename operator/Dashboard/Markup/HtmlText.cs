using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using GemmaOperator.Text;

namespace GemmaOperator.Dashboard.Markup;

/// <summary>
/// Makes markup out of an interpolated string: its literals are this program's own and stay as they are, whatever is
/// put in between is encoded, and shows what could hide itself or turn the direction of writing as an escape.
/// </summary>
[InterpolatedStringHandler]
internal readonly struct HtmlText
{
    private const int Usual = 24;

    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly StringBuilder _built;

    /// <param name="literalLength">Counts the literals' characters.</param>
    /// <param name="formattedCount">Counts what is put in between.</param>
    public HtmlText(int literalLength, int formattedCount) =>
        _built = new StringBuilder(literalLength + formattedCount * Usual);

    public void AppendLiteral(string literal) => _built.Append(literal);

    public void AppendFormatted(string? text) => _built.Append(Encoder.Encode(Quoted.Visible(text ?? "")));

    public void AppendFormatted(int number) => _built.Append(number.ToString(CultureInfo.InvariantCulture));

    /// <summary>Appends a length or a place in a drawing.</summary>
    public void AppendFormatted(double number) => _built.Append(number.ToString("0.##", CultureInfo.InvariantCulture));

    public void AppendFormatted(Html html) => _built.Append(html.ToString());

    public void AppendFormatted(IEnumerable<Html> parts)
    {
        foreach (var part in parts)
        {
            AppendFormatted(part);
        }
    }

    public override string ToString() => _built.ToString();
}
