using System.Globalization;
using System.Text;

namespace GemmaInference.Fetch.Files;

/// <summary>
/// Keeps on disk which bytes of a file are there: a line of start and end for each range, appended when it is written.
/// A line that a kill cut short counts as not written.
/// </summary>
internal sealed class RangeJournal : IDisposable
{
    public const string Extension = ".ranges";
    private readonly FileStream _file;

    private RangeJournal(FileStream file) => _file = file;

    /// <summary>Opens or begins a journal, and gives what it holds.</summary>
    /// <param name="path">The journal.</param>
    /// <param name="size">The file's whole size.</param>
    /// <param name="written">The bytes that are there.</param>
    public static RangeJournal Open(string path, long size, out RangeSet written)
    {
        written = Read(path, size, out var length);
        // A bufferless stream: what was said is in the kernel's hands when Add returns.
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, bufferSize: 0);
        file.SetLength(length);
        file.Position = length;
        return new RangeJournal(file);
    }

    /// <summary>Reads what a journal holds.</summary>
    public static RangeSet Read(string path, long size) => Read(path, size, out _);

    public void Add(long start, long end) =>
        _file.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{start} {end}\n")));

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _file.SetLength(0);
        _file.Position = 0;
    }

    public void Dispose() => _file.Dispose();

    private static RangeSet Read(string path, long size, out int length)
    {
        var written = new RangeSet();
        var text = File.Exists(path) ? File.ReadAllText(path) : "";
        length = text.LastIndexOf('\n') + 1;
        foreach (var line in text[..length].Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (
                line.Split(' ') is [var first, var second]
                && long.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var start)
                && long.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out var end)
                && start < end
                && end <= size
            )
            {
                written.Add(start, end);
            }
        }

        return written;
    }
}
