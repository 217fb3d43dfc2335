using System.Text.Json;

namespace GemmaInference.Grammar.Json;

/// <summary>Says how values are spelt: in JSON, or in another form that says the same.</summary>
internal abstract class Spelling
{
    /// <summary>Gets JSON.</summary>
    public static Spelling Json { get; } = new JsonSpelling();

    /// <summary>Gets the form of Gemma 4's calls.</summary>
    public static Spelling OfCalls { get; } = new CallSpelling();

    /// <summary>Gets the byte that a string begins and ends with.</summary>
    public abstract byte Quote { get; }

    /// <summary>Gets whether whitespace may stand between marks.</summary>
    public abstract bool HasSpace { get; }

    /// <summary>Gets the byte by which a name that isn't listed begins; null where it begins by itself.</summary>
    public abstract byte? NameStart { get; }

    /// <summary>Gets the byte by which such a name ends.</summary>
    public abstract byte NameEnd { get; }

    /// <summary>Gets what comes between that and the value.</summary>
    public abstract string AfterName { get; }

    /// <summary>Tells whether a letter of ASCII may be in such a name.</summary>
    public abstract bool IsNameLetter(char letter);

    /// <summary>Gets whether letters beyond ASCII may be in such a name.</summary>
    public abstract bool HasWideNames { get; }

    /// <summary>Returns a listed name as it is written, with what comes between it and the value.</summary>
    public abstract byte[] Name(string name);

    /// <summary>Returns a value as it is written.</summary>
    public abstract byte[] Value(JsonElement value);

    /// <summary>Goes through one character of a string, whichever.</summary>
    public abstract void Character(JsonRules rules, int from, int to);

    /// <summary>Tells whether a character of ASCII stands for itself in a string.</summary>
    public abstract bool IsRaw(char letter);

    /// <summary>Goes through one character of ASCII in a string.</summary>
    public abstract void Ascii(GrammarBuilder builder, int from, char letter, int to);
}
