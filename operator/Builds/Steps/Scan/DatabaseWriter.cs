namespace GemmaOperator.Builds.Steps.Scan;

/// <summary>
/// Copies a scanner's database out of a volume: folders and plain files alone, so that no link leads out of it.
/// </summary>
internal static class DatabaseWriter
{
    /// <summary>Bounds how deep folders lie in each other; those of the scanners have three levels at most.</summary>
    public const int MostLevels = 8;

    /// <summary>Returns how many files were copied.</summary>
    /// <exception cref="FormatException">There is nothing to copy, or something that isn't.</exception>
    /// <exception cref="IOException">It can't be read, or there is no room for it.</exception>
    /// <exception cref="UnauthorizedAccessException">Some of it isn't for everybody to read.</exception>
    public static int Run(string from, string to)
    {
        var count = Copy(new DirectoryInfo(from), to, MostLevels);
        return count > 0
            ? count
            : throw new FormatException(
                "there is no file: fill the volume with what the scanner's cache directory holds"
            );
    }

    private static int Copy(DirectoryInfo from, string to, int levels)
    {
        if (levels == 0)
        {
            throw new FormatException($"folders lie more than {MostLevels} deep");
        }

        Directory.CreateDirectory(to);
        var count = 0;
        foreach (var entry in from.EnumerateFileSystemInfos().Where(e => !IsOfFileSystem(e)))
        {
            var target = Path.Combine(to, entry.Name);
            if (entry.LinkTarget is not null)
            {
                throw new FormatException($"{entry.Name} is a link; put files there");
            }

            if (entry is DirectoryInfo folder)
            {
                count += Copy(folder, target, levels - 1);
            }
            else
            {
                ((FileInfo)entry).CopyTo(target, overwrite: true);
                // Scanners open it for writing, too.
                if (!OperatingSystem.IsWindows())
                {
                    File.SetUnixFileMode(
                        target,
                        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead
                    );
                }

                count++;
            }
        }

        return count;
    }

    /// <summary>A file system has a folder of its own in its root, which nobody else may read.</summary>
    private static bool IsOfFileSystem(FileSystemInfo entry) => entry is DirectoryInfo && entry.Name == "lost+found";
}
