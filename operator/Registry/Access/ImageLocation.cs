namespace GemmaOperator.Registry.Access;

/// <summary>Says where a repository is on the wire.</summary>
internal sealed record ImageLocation(string Host, string Path)
{
    public override string ToString() => Path.Length == 0 ? Host : $"{Host}/{Path}";
}
