namespace LocalCluster.Nodes;

/// <summary>Command-line flags of the form <c>--name=value</c>.</summary>
internal sealed class Flags(IReadOnlyList<string> args)
{
    public IEnumerable<string> All(string name) =>
        args.Where(a => a.StartsWith($"--{name}=", StringComparison.Ordinal))
            .Select(a => a[(name.Length + 3)..].Replace("$$", "$", StringComparison.Ordinal));

    public string? First(string name) => All(name).FirstOrDefault();

    public IReadOnlyDictionary<string, string> Pairs(string name)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in All(name).Select(v => v.Split('=', 2)).Where(p => p.Length == 2))
        {
            pairs[pair[0]] = pair[1];
        }

        return pairs;
    }
}
