using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace StandIns.Hub;

/// <summary>Holds a repository of the hub's stand-in: revisions with their files, and who may read it.</summary>
public sealed class HubRepository
{
    private readonly ConcurrentDictionary<string, IReadOnlyList<HubFile>> _commits = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _branches = new(StringComparer.Ordinal);

    internal HubRepository(string name) => Name = name;

    /// <summary>Gets its name, for example <c>google/gemma-3-1b-it</c>.</summary>
    public string Name { get; }

    /// <summary>Gets or sets the token that may read it; null: anybody may.</summary>
    public string? Token { get; set; }

    /// <summary>Gets or sets a token whose account didn't accept the licence.</summary>
    public string? TokenWithoutLicence { get; set; }

    /// <summary>Commits files to a branch; returns the commit, which follows from the files.</summary>
    public string Commit(string branch, params IReadOnlyList<HubFile> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        var content = string.Join('\n', files.Select(file => $"{file.Path} {file.Sha256}"));
        // As long as git's; what it is made of is nobody's matter.
        var commit = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)).AsSpan(0, 20));
        _commits[commit] = files;
        _branches[branch] = commit;
        return commit;
    }

    internal string? Resolve(string revision) =>
        _branches.TryGetValue(revision, out var commit) ? commit
        : _commits.ContainsKey(revision) ? revision
        : null;

    /// <summary>Returns the files of a commit.</summary>
    public IReadOnlyList<HubFile> Files(string commit) => _commits[commit];

    internal HubFile? FindStored(string sha256) =>
        _commits.Values.SelectMany(files => files).FirstOrDefault(file => file.IsLarge && file.Sha256 == sha256);
}
