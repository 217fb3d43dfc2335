using System.Text.RegularExpressions;
using GemmaOperator.Api.Words;

namespace GemmaOperator.Builds.Steps.Scan;

/// <summary>
/// Copies a scanner's database out of a volume: folders and plain files alone, so that no link leads out of it, and
/// none of what else a scanner's cache directory may hold, such as configuration or what it once found in an image.
/// </summary>
internal static partial class DatabaseWriter
{
    /// <summary>Returns how many files were copied.</summary>
    /// <param name="scanner">Whose database it is.</param>
    /// <param name="from">The volume.</param>
    /// <param name="to">The scanner's cache directory.</param>
    /// <exception cref="FormatException">There is nothing to copy, or something that isn't.</exception>
    /// <exception cref="IOException">It can't be read, or there is no room for it.</exception>
    /// <exception cref="UnauthorizedAccessException">Some of it isn't for everybody to read.</exception>
    public static int Run(ScannerKind scanner, string from, string to)
    {
        Directory.CreateDirectory(to);
        var count = 0;
        foreach (var folder in new DirectoryInfo(from).EnumerateDirectories().Where(f => IsDatabase(scanner, f.Name)))
        {
            RefuseLink(folder);
            count += Copy(folder, Path.Combine(to, folder.Name), LevelsOf(scanner));
        }

        return count > 0
            ? count
            : throw new FormatException(
                $"there is no file in {FoldersOf(scanner)}: fill the volume with what the scanner's cache directory "
                    + "holds"
            );
    }

    private static string FoldersOf(ScannerKind scanner) =>
        scanner switch
        {
            ScannerKind.Trivy => "db and java-db",
            ScannerKind.Grype => "a folder that is a number, such as 6",
            _ => "osv-scanner",
        };

    /// <summary>Grype names it by the version of its schema, and Trivy has its index of archives apart.</summary>
    private static bool IsDatabase(ScannerKind scanner, string folder) =>
        scanner switch
        {
            ScannerKind.Trivy => folder is "db" or "java-db",
            ScannerKind.Grype => Number().IsMatch(folder),
            _ => folder == "osv-scanner",
        };

    /// <summary>
    /// Bounds how deep folders lie in each other: OSV-Scanner has one for each ecosystem. Deeper ones could be what
    /// another variable names as a place of configuration.
    /// </summary>
    private static int LevelsOf(ScannerKind scanner) => scanner == ScannerKind.OSVScanner ? 2 : 1;

    private static void RefuseLink(FileSystemInfo entry)
    {
        if (entry.LinkTarget is not null)
        {
            throw new FormatException($"{entry.Name} is a link; put files there");
        }
    }

    private static int Copy(DirectoryInfo from, string to, int levels)
    {
        if (levels == 0)
        {
            throw new FormatException($"{from.Name} is a folder, where the database has files alone");
        }

        Directory.CreateDirectory(to);
        var count = 0;
        foreach (var entry in from.EnumerateFileSystemInfos())
        {
            var target = Path.Combine(to, entry.Name);
            RefuseLink(entry);
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

    [GeneratedRegex(@"\A[0-9]{1,3}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Number();
}
