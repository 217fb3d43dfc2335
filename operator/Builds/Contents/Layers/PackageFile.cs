using System.Text;
using System.Text.RegularExpressions;
using GemmaOperator.Api.Contents;

namespace GemmaOperator.Builds.Contents.Layers;

/// <summary>
/// Reads the files by which package managers know what they installed: dpkg's status (deb822) and the core metadata of
/// a Python distribution (PEP 566, PEP 376).
/// </summary>
internal static partial class PackageFile
{
    /// <summary>Names dpkg's own list.</summary>
    public const string DpkgStatus = "var/lib/dpkg/status";

    /// <summary>Bounds dpkg's list in characters: a desktop has three million.</summary>
    private const int MostOfStatus = 32 << 20;

    /// <summary>Bounds what is read of a distribution's metadata, whose fields come before its description.</summary>
    private const int MostOfMetadata = 64 << 10;

    /// <summary>Bounds one line.</summary>
    private const int MostOfLine = 4 << 10;

    /// <summary>
    /// Decides whether a path is that of a distribution which an import may find. Those of Debian's own packages are
    /// in dpkg's list; what conda unpacks beside its environments and what a package carries inside itself is no
    /// distribution of the image.
    /// </summary>
    public static bool IsDistribution(string path) =>
        Distribution().IsMatch(path)
        && !path.StartsWith("usr/lib/python3/dist-packages/", StringComparison.Ordinal)
        && !path.Contains("/pkgs/", StringComparison.Ordinal);

    /// <summary>Returns the packages of dpkg's list that are installed; null where it is too long.</summary>
    public static async Task<IReadOnlyList<Package>?> ReadStatusAsync(
        Stream content,
        CancellationToken cancellationToken
    )
    {
        var found = new List<Package>();
        using var reader = new BoundedLines(content, MostOfStatus, MostOfLine);
        string? name = null,
            version = null,
            architecture = null,
            state = null;
        while (await reader.ReadAsync(cancellationToken) is { } line)
        {
            if (line.Length == 0)
            {
                Add();
                (name, version, architecture, state) = (null, null, null, null);
                continue;
            }

            _ = line.Split(':', 2) switch
            {
                ["Package", var value] => name = value.Trim(),
                ["Version", var value] => version = value.Trim(),
                ["Architecture", var value] => architecture = value.Trim(),
                ["Status", var value] => state = value.Trim(),
                _ => null,
            };
        }

        Add();
        return reader.IsCut || found.Count > PackageList.MostEntries ? null : found;

        void Add()
        {
            if (
                name is not null
                && (state ?? "installed") is var word
                && word.EndsWith("installed", StringComparison.Ordinal)
                && !word.EndsWith("not-installed", StringComparison.Ordinal)
                && PackageText.Package(PackageKind.Dpkg, name, version ?? "", architecture ?? "") is { } package
            )
            {
                found.Add(package);
            }
        }
    }

    /// <summary>Returns the distribution that a file of metadata is about; null where it names none.</summary>
    public static async Task<Package?> ReadDistributionAsync(Stream content, CancellationToken cancellationToken)
    {
        using var reader = new BoundedLines(content, MostOfMetadata, MostOfLine);
        string? name = null,
            version = null;
        while (await reader.ReadAsync(cancellationToken) is { Length: > 0 } line)
        {
            _ = line.Split(':', 2) switch
            {
                ["Name", var value] => name ??= value.Trim(),
                ["Version", var value] => version ??= value.Trim(),
                _ => null,
            };
        }

        return PackageText.Package(PackageKind.Python, name, version ?? "", "");
    }

    [GeneratedRegex(
        @"(\A|/)(site|dist)-packages/[^/]+[.](dist-info/METADATA|egg-info/PKG-INFO|egg-info)\z",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Distribution();

    /// <summary>Reads lines of a file that may have none: what is longer than a bound is cut.</summary>
    private sealed class BoundedLines(Stream content, int most, int mostOfLine) : IDisposable
    {
        private readonly StreamReader _reader = new(content, Encoding.UTF8, false, 16 << 10, leaveOpen: true);
        private readonly char[] _buffer = new char[16 << 10];
        private int _at;
        private int _end;
        private int _read;

        /// <summary>Gets whether the file is longer than its bound.</summary>
        public bool IsCut { get; private set; }

        public async Task<string?> ReadAsync(CancellationToken cancellationToken)
        {
            var line = new StringBuilder();
            while (true)
            {
                if (_at == _end)
                {
                    (_at, _end) = (0, await _reader.ReadAsync(_buffer, cancellationToken));
                    _read += _end;
                    if (_read > most)
                    {
                        (IsCut, _end) = (true, 0);
                    }

                    if (_end == 0)
                    {
                        return line.Length > 0 ? line.ToString() : null;
                    }
                }

                var ends = Array.IndexOf(_buffer, '\n', _at, _end - _at);
                var until = ends < 0 ? _end : ends;
                line.Append(_buffer, _at, Math.Min(until - _at, mostOfLine - line.Length));
                _at = ends < 0 ? _end : ends + 1;
                if (ends >= 0)
                {
                    return line.ToString().TrimEnd('\r');
                }
            }
        }

        public void Dispose() => _reader.Dispose();
    }
}
