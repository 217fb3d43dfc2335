using System.Globalization;
using System.Text;
using Cel.Helpers;
using static Cel.Internal.CelParser;

namespace LocalCluster.Rules;

/// <summary>Reads the values that stand in an expression.</summary>
internal static class Literals
{
    /// <summary>Reads a value; false when it is too great, or none.</summary>
    public static bool TryRead(LiteralContext context, out object? value)
    {
        (value, var isRead) = context switch
        {
            BoolTrueContext => (true, true),
            BoolFalseContext => (false, true),
            NullContext => (null, true),
            StringContext text => (StringHelpers.Unescape(text.tok.Text, false), true),
            BytesContext bytes => (
                Encoding.UTF8.GetBytes((string)StringHelpers.Unescape(bytes.tok.Text[1..], false)),
                true
            ),
            DoubleContext real => double.TryParse(
                real.sign?.Text + real.tok.Text,
                NumberStyles.Float,
                CultureInfo.InvariantCulture,
                out var number
            )
                ? (number, true)
                : (null, false),
            UintContext whole => ulong.TryParse(
                whole.tok.Text.TrimEnd('u', 'U'),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var number
            )
                ? (number, true)
                : (null, false),
            IntContext whole => Whole(whole) is { } number ? ((object?)number, true) : (null, false),
            _ => (null, false),
        };
        return isRead;
    }

    private static long? Whole(IntContext context)
    {
        var text = context.tok.Text;
        var isHex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        if (
            !long.TryParse(
                isHex ? text[2..] : context.sign?.Text + text,
                isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.AllowLeadingSign,
                CultureInfo.InvariantCulture,
                out var number
            )
        )
        {
            return null;
        }

        return isHex && context.sign is not null ? -number : number;
    }
}
