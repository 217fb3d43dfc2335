using System.Text;

namespace Tests.Shared.Fuzzing;

/// <summary>Says how a parser of outside text is tried.</summary>
/// <param name="Name">Name of its folder of kept inputs.</param>
/// <param name="Read">
/// Reads an input and says in a word what came of it: new words are new ground. Throws what the parser doesn't declare,
/// and where something it promises isn't so.
/// </param>
/// <param name="Seeds">Inputs to begin with.</param>
internal sealed record FuzzTarget(string Name, Func<byte[], string> Read, params string[] Seeds)
{
    /// <summary>Gets the words of its grammar.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>Gets inputs that aren't text.</summary>
    public IReadOnlyList<byte[]> Binary { get; init; } = [];

    /// <summary>Gets what it may allocate for each byte of input, in bytes.</summary>
    public int BytesPerByte { get; init; } = 400;

    /// <summary>Gets what it may allocate for any input, in bytes.</summary>
    public int FixedBytes { get; init; } = 4 << 20;

    /// <summary>Gets the share of the iterations that it gets: less for what opens files.</summary>
    public double Share { get; init; } = 1;

    /// <summary>Makes a target whose input is text.</summary>
    public static FuzzTarget OfText(string name, Func<string, string> read, params string[] seeds) =>
        new(name, bytes => read(Encoding.UTF8.GetString(bytes)), seeds);

    public override string ToString() => Name;
}
