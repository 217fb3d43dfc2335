using System.Globalization;
using System.Text;
using System.Xml;

namespace LocalCluster.Rules;

/// <summary>Writes values as <c>string()</c> and <c>format()</c> do.</summary>
internal static class CelText
{
    public static string Of(object? value) =>
        value switch
        {
            null => "null",
            string text => text,
            bool yes => yes ? "true" : "false",
            double real => real.ToString("R", CultureInfo.InvariantCulture),
            TimeSpan duration => Seconds(duration),
            DateTimeOffset time => XmlConvert.ToString(time.UtcDateTime, XmlDateTimeSerializationMode.Utc),
            byte[] bytes => Encoding.UTF8.GetString(bytes),
            object?[] items => $"[{string.Join(", ", items.Select(Of))}]",
            CelMap map =>
                $"{{{string.Join(
                ", ",
                map.Keys.Select(k => Entry(map, k)).Order(StringComparer.Ordinal)
            )}}}",
            CelType type => type.Name,
            CelQuantity quantity => quantity.Amount.ToString(CultureInfo.InvariantCulture),
            _ => string.Create(CultureInfo.InvariantCulture, $"{value}"),
        };

    private static string Seconds(TimeSpan duration) =>
        ((decimal)duration.Ticks / TimeSpan.TicksPerSecond).ToString("0.#######", CultureInfo.InvariantCulture) + "s";

    private static string Entry(CelMap map, object? key) =>
        $"{Of(key)}: {Of(map.TryGet(key, out var value) ? value : null)}";

    /// <summary>Fills in a template's %s, %d, %f, %e, %x, %X, %o, %b and %%.</summary>
    public static string Format(string template, object?[] values)
    {
        var (text, next) = (new StringBuilder(), 0);
        for (var i = 0; i < template.Length; i++)
        {
            if (template[i] != '%')
            {
                text.Append(template[i]);
                continue;
            }

            if (++i < template.Length && template[i] == '%')
            {
                text.Append('%');
                continue;
            }

            var precision = 6;
            if (i < template.Length && template[i] == '.')
            {
                var end = i + 1;
                while (end < template.Length && char.IsAsciiDigit(template[end]))
                {
                    end++;
                }

                precision = int.Parse(template.AsSpan(i + 1, end - i - 1), CultureInfo.InvariantCulture);
                i = end;
            }

            if (i >= template.Length || next >= values.Length)
            {
                throw new CelException($"index {next} out of range");
            }

            text.Append(Clause(template[i], values[next++], precision));
        }

        return text.ToString();
    }

    private static string Clause(char verb, object? value, int precision) =>
        (verb, value) switch
        {
            ('s', _) => Of(value),
            ('d', long or ulong) => Of(value),
            ('f', _) => CelValues.Number(value).ToString($"F{precision}", CultureInfo.InvariantCulture),
            ('e', _) => CelValues
                .Number(value)
                .ToString($"0.{new string('0', precision)}e+00", CultureInfo.InvariantCulture),
            ('x', long number) => number.ToString("x", CultureInfo.InvariantCulture),
            ('X', long number) => number.ToString("X", CultureInfo.InvariantCulture),
            ('x', string plain) => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(plain)),
            ('X', string plain) => Convert.ToHexString(Encoding.UTF8.GetBytes(plain)),
            ('o', long number) => Convert.ToString(number, 8),
            ('b', long number) => Convert.ToString(number, 2),
            ('b', bool yes) => yes ? "1" : "0",
            _ => throw new CelException($"unrecognized formatting clause \"{verb}\""),
        };
}
