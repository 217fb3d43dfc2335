namespace GemmaOperator.Dashboard.Access;

/// <summary>Says what becomes of a request at the gate.</summary>
internal abstract record Admission
{
    private Admission() { }

    /// <summary>Lets it in.</summary>
    /// <param name="Prefix">What all addresses of this visitor begin with; it ends with a slash.</param>
    /// <param name="Path">What is asked for, below the prefix, without a slash before it.</param>
    /// <param name="Visitor">Who it is, for people; null where that needn't be said.</param>
    /// <param name="Rights">What the visitor may see.</param>
    internal sealed record Admitted(string Prefix, string Path, string? Visitor, IRights Rights) : Admission;

    /// <summary>Sends it elsewhere, on this server.</summary>
    internal sealed record Redirected(string Path) : Admission;

    /// <summary>Refuses it.</summary>
    /// <param name="Status">Of HTTP.</param>
    /// <param name="Title">In a few words.</param>
    /// <param name="Message">Why, and what would help.</param>
    internal sealed record Refused(int Status, string Title, string Message) : Admission;
}
