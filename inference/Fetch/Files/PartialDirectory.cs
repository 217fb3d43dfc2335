using System.Security.Cryptography;
using System.Text;
using GemmaInference.Fetch.Failures;

namespace GemmaInference.Fetch.Files;

/// <summary>
/// Holds a model while it is fetched, beside its destination: locked against a second fetch, kept by a kill, renamed
/// when whole. What belongs to another model is removed first.
/// </summary>
internal sealed class PartialDirectory : IDisposable
{
    private const string OwnName = RelativePath.OwnPrefix + "partial";
    private const string IdentityFile = "identity.json";
    private readonly string _target;
    private readonly ModelIdentity _identity;
    private readonly FileStream _lock;

    private PartialDirectory(string target, ModelIdentity identity, FileStream held)
    {
        (_target, _identity, _lock) = (target, identity, held);
        Path = PathOf(target);
    }

    public string Path { get; }

    private string Own => System.IO.Path.Combine(Path, OwnName);

    /// <exception cref="FetchException">Another fetch works there, or it can't be written.</exception>
    public static PartialDirectory Open(string target, ModelIdentity identity)
    {
        var own = System.IO.Path.Combine(PathOf(target), OwnName);
        try
        {
            while (true)
            {
                Directory.CreateDirectory(own);
                var held = Lock(System.IO.Path.Combine(own, "lock"), PathOf(target));
                // Whoever had it may have renamed the directory in between: then the lock is of what is no more.
                if (!File.Exists(held.Name))
                {
                    held.Dispose();
                    continue;
                }

                var partial = new PartialDirectory(target, identity, held);
                if (ModelMarker.ReadFile(System.IO.Path.Combine(own, IdentityFile))?.Identity != identity)
                {
                    partial.StartOver();
                }

                return partial;
            }
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw DiskFailure.Of(cause, PathOf(target));
        }
    }

    /// <summary>Returns where a file's journal or mark lies.</summary>
    /// <param name="name">Of what is remembered.</param>
    /// <param name="kind">The extension.</param>
    public string OwnFile(string name, string kind) =>
        System.IO.Path.Combine(
            Own,
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 12)) + kind
        );

    /// <summary>Returns how much of a file is still to be fetched.</summary>
    public long MissingBytes(RelativePath file, long size)
    {
        var journal = OwnFile(file.Value, RangeJournal.Extension);
        return File.Exists(file.Below(Path)) && File.Exists(journal)
            ? size - RangeJournal.Read(journal, size).Total
            : size;
    }

    /// <summary>Removes all but the lock.</summary>
    public void StartOver()
    {
        foreach (var entry in new DirectoryInfo(Path).EnumerateFileSystemInfos())
        {
            if (entry.Name != OwnName)
            {
                Remove(entry);
            }
        }

        foreach (var entry in new DirectoryInfo(Own).EnumerateFileSystemInfos())
        {
            if (entry.FullName != _lock.Name)
            {
                Remove(entry);
            }
        }

        new ModelMarker(_identity, []).WriteFile(System.IO.Path.Combine(Own, IdentityFile));
    }

    /// <summary>Makes it visible at its destination, on the disk and at once.</summary>
    /// <exception cref="FetchException">Something came to be at the destination meanwhile.</exception>
    public void Finish(ModelMarker marker)
    {
        try
        {
            marker.Write(Path);
            Directory.Delete(Own, recursive: true);
            foreach (var folder in Directory.EnumerateDirectories(Path, "*", SearchOption.AllDirectories))
            {
                DirectorySync.Flush(folder);
            }

            DirectorySync.Flush(Path);
            if (Directory.Exists(_target))
            {
                // Only an empty one can be removed so.
                Directory.Delete(_target);
            }

            Directory.Move(Path, _target);
            DirectorySync.Flush(System.IO.Path.GetDirectoryName(_target)!);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw DiskFailure.Of(cause, _target);
        }
    }

    public void Dispose() => _lock.Dispose();

    private static string PathOf(string target) => target + ".partial";

    private static FileStream Lock(string path, string directory)
    {
        try
        {
            // FileShare.None is flock(2) with LOCK_NB.
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException cause) when (cause is not (DirectoryNotFoundException or PathTooLongException))
        {
            if (DiskFailure.Of(cause, directory) is { Reason: FetchReason.DiskFull } full)
            {
                throw full;
            }

            throw new FetchException(
                FetchReason.Unavailable,
                $"{directory}: another fetch is writing there; it ends by itself",
                cause
            );
        }
    }

    private static void Remove(FileSystemInfo entry)
    {
        if (entry is DirectoryInfo { LinkTarget: null } directory)
        {
            directory.Delete(recursive: true);
        }
        else
        {
            entry.Delete();
        }
    }
}
