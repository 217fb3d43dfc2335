namespace GemmaInference.Text;

/// <summary>
/// Gives the tokens that divide answers bytes that no text has in UTF-8 (RFC 3629: above 0xF4), so that grammars, which
/// go byte by byte, can speak of them.
/// </summary>
internal static class MarkBytes
{
    public const byte CallStart = 0xF8;
    public const byte CallEnd = 0xF9;
    public const byte Quote = 0xFA;
    public const byte ChannelStart = 0xFB;
    public const byte ChannelEnd = 0xFC;

    /// <summary>Gets the first byte that is a mark.</summary>
    public const byte First = CallStart;

    /// <summary>Returns a control token's byte; null where it is no mark.</summary>
    public static byte? Of(string name) =>
        name switch
        {
            TurnTokens.CallStart => CallStart,
            TurnTokens.CallEnd => CallEnd,
            TurnTokens.Quote => Quote,
            TurnTokens.ChannelStart => ChannelStart,
            TurnTokens.ChannelEnd => ChannelEnd,
            _ => null,
        };
}
