namespace Architecture.Tests.Analysis;

/// <summary>Says that one file of a project uses what another one declares.</summary>
/// <param name="From">The file that uses it, with a line.</param>
/// <param name="To">The path of the file that declares it.</param>
internal sealed record Edge(Reference From, string To)
{
    public string FromFolder => From.Folder;

    public string ToFolder => Folders.Of(To);

    public override string ToString() => $"{From} of {To}";
}
