using GemmaOperator.Text;
using Tomlyn.Model;

namespace GemmaOperator.Builds.Inputs.Locks;

/// <summary>
/// Reads one table of a lock. A value of another kind than it must have, or of characters that nobody can see, is told
/// by its path and counts as absent.
/// </summary>
/// <param name="table">The table.</param>
/// <param name="path">Path in front of its keys, such as <c>packages[3].</c>, the field's own included.</param>
/// <param name="problems">What is wrong.</param>
internal sealed class LockTable(TomlTable table, string path, LockProblems problems)
{
    /// <summary>Bounds a text; addresses are the longest.</summary>
    private const int MaxLength = 2048;

    private const string Anew = "make the lock anew with the tool that it is from";

    /// <summary>Gets the path of the table itself.</summary>
    public string Path => path.TrimEnd('.', ' ');

    public LockProblems Problems => problems;

    public string PathOf(string key) => path + key;

    public bool Has(string key) => table.ContainsKey(key);

    /// <summary>Tells what is wrong with a key.</summary>
    public void Wrong(string key, string problem, string remedy) => problems.Add(PathOf(key), problem, remedy);

    /// <summary>Returns a text; null when there is none.</summary>
    public string? Text(string key) => table.TryGetValue(key, out var value) ? Readable(PathOf(key), value) : null;

    /// <summary>Returns a text that has to be there; null when there is none, which is told.</summary>
    public string? Needed(string key)
    {
        if (!Has(key))
        {
            Wrong(key, "it is missing", Anew);
        }

        return Text(key);
    }

    /// <summary>Returns a list of texts; empty when there is none.</summary>
    public IReadOnlyList<string> Texts(string key) =>
        [.. Items(key).Select((item, i) => Readable($"{PathOf(key)}[{i}]", item)).OfType<string>()];

    /// <summary>Returns a table; null when there is none.</summary>
    public LockTable? Table(string key)
    {
        if (!table.TryGetValue(key, out var value))
        {
            return null;
        }

        if (value is TomlTable inner)
        {
            return new LockTable(inner, $"{PathOf(key)}.", problems);
        }

        Wrong(key, "it is no table", Anew);
        return null;
    }

    /// <summary>Returns a list of tables, written in either way; empty when there is none.</summary>
    public IEnumerable<LockTable> Tables(string key)
    {
        var at = -1;
        foreach (var item in Items(key))
        {
            at++;
            if (item is TomlTable inner)
            {
                yield return new LockTable(inner, $"{PathOf(key)}[{at}].", problems);
            }
            else
            {
                problems.Add($"{PathOf(key)}[{at}]", "it is no table", Anew);
            }
        }
    }

    /// <summary>Returns the keys of a table whose values are texts.</summary>
    public IEnumerable<KeyValuePair<string, string>> Pairs() =>
        table.Keys.Select(key => KeyValuePair.Create(key, Text(key) ?? "")).Where(pair => pair.Value.Length > 0);

    private IEnumerable<object?> Items(string key)
    {
        if (!table.TryGetValue(key, out var value))
        {
            return [];
        }

        switch (value)
        {
            case TomlTableArray tables:
                return tables;
            case TomlArray array:
                return array;
            default:
                Wrong(key, "it is no list", Anew);
                return [];
        }
    }

    private string? Readable(string where, object? value)
    {
        if (value is not string text)
        {
            problems.Add(where, "it is no text", Anew);
            return null;
        }

        if (text.Length > MaxLength)
        {
            problems.Add(where, $"it has {text.Length} characters", $"keep it below {MaxLength} characters");
            return null;
        }

        if (UntrustedText.HasControl(text))
        {
            problems.Add(where, $"{Quoted.Of(text)} holds a control character", "use printable characters only");
            return null;
        }

        return text;
    }
}
