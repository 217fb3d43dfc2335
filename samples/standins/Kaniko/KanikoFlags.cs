namespace StandIns.Kaniko;

/// <summary>Reads a Kaniko executor's arguments, flags of the form <c>--name=value</c>.</summary>
internal sealed class KanikoFlags(IReadOnlyList<string> args)
{
    /// <summary>Returns every value of a flag; <c>$$</c> is a dollar, as Kubernetes writes one in arguments.</summary>
    public IEnumerable<string> All(string name) =>
        args.Where(a => a.StartsWith($"--{name}=", StringComparison.Ordinal))
            .Select(a => a[(name.Length + 3)..].Replace("$$", "$", StringComparison.Ordinal));

    /// <summary>Returns a flag's first value; null without the flag.</summary>
    public string? First(string name) => All(name).FirstOrDefault();

    /// <summary>Returns the values of a flag that have the form <c>key=value</c>; the last of a key counts.</summary>
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
