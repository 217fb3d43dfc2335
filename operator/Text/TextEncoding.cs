using System.Text;

namespace GemmaOperator.Text;

/// <summary>Tells in which encoding bytes are, as far as their first ones and their NULs show it.</summary>
internal static class TextEncoding
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Says what bytes are that aren't plain UTF-8 text, in words that stand behind "it is".</summary>
    public static string NameOf(byte[] bytes)
    {
        var head = bytes.AsSpan();
        // UTF-32's mark begins with that of UTF-16.
        if (head.StartsWith((byte[])[0xFF, 0xFE, 0, 0]) || head.StartsWith((byte[])[0, 0, 0xFE, 0xFF]))
        {
            return "in UTF-32 and not in UTF-8";
        }

        if (head.StartsWith((byte[])[0xFF, 0xFE]) || head.StartsWith((byte[])[0xFE, 0xFF]) || HasNulEverySecond(bytes))
        {
            return "in UTF-16 and not in UTF-8";
        }

        try
        {
            _ = Strict.GetCharCount(bytes);
            return "UTF-8 text that was put under binaryData";
        }
        catch (DecoderFallbackException)
        {
            return "not in UTF-8";
        }
    }

    /// <summary>ASCII text in UTF-16, without a mark.</summary>
    private static bool HasNulEverySecond(byte[] bytes)
    {
        var (even, odd) = (0, 0);
        for (var i = 0; i + 1 < bytes.Length; i += 2)
        {
            even += bytes[i] == 0 ? 1 : 0;
            odd += bytes[i + 1] == 0 ? 1 : 0;
        }

        return Math.Max(even, odd) * 4 > bytes.Length;
    }
}
