using k8s.Models;

namespace GemmaOperator.Runtime.Contracts;

/// <summary>
/// Represents a quantity whose text isn't the one that it is written out with (<c>0.000001</c>, which becomes
/// <c>1u</c>): what is said of it to people is said in their own text.
/// </summary>
public sealed class WrittenQuantity : ResourceQuantity
{
    /// <summary>Parses a quantity.</summary>
    /// <exception cref="FormatException">It isn't one.</exception>
    public WrittenQuantity(string text)
        : base(text) => Text = text;

    /// <summary>Gets the text as the server has it.</summary>
    public string Text { get; }

    /// <summary>Returns the canonical text, as any quantity does.</summary>
    public override string ToString() => CanonicalizeString();
}
