using System.Diagnostics;
using System.Formats.Tar;
using System.Text;

namespace Cli.Tests.Local;

/// <summary>Makes a root file system of Debian packages that are installed on this machine.</summary>
internal static class DebianRoot
{
    private const UnixFileMode Executable = (UnixFileMode)0b111_101_101;

    /// <summary>Lists folders that are links in a merged Debian.</summary>
    private static readonly string[] Merged = ["bin", "sbin", "lib", "lib64"];

    /// <summary>Names what imports as torch, and has the folder where a server looks for its libraries.</summary>
    private const string Torch = "usr/lib/python3/dist-packages/torch";

    public static async Task WriteAsync(Stream into, IReadOnlyList<string> packages)
    {
        await using var tar = new TarWriter(into, TarEntryFormat.Pax, leaveOpen: true);
        foreach (var folder in Merged)
        {
            await tar.WriteEntryAsync(
                new PaxTarEntry(TarEntryType.SymbolicLink, folder) { LinkName = $"usr/{folder}" }
            );
        }

        foreach (var folder in new[] { "tmp", "proc", "sys", "dev", "etc", "home", "opt", "root", "var/lib/dpkg" })
        {
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.Directory, folder) { Mode = Executable });
        }

        var written = new HashSet<string>(Merged, StringComparer.Ordinal);
        foreach (var path in await FilesAsync(packages))
        {
            await AddAsync(tar, path, written);
        }

        await TextAsync(tar, "etc/passwd", "root:x:0:0:root:/root:/bin/sh\n");
        await TextAsync(tar, "etc/group", "root:x:0:\n");
        await TextAsync(tar, "etc/nsswitch.conf", "passwd: files\ngroup: files\n");
        await TextAsync(tar, $"{Torch}/__init__.py", "from .version import __version__\nfrom . import version\n");
        await TextAsync(tar, $"{Torch}/version.py", "__version__ = '2.10.0'\ncuda = '12.8'\n");
        await TextAsync(tar, $"{Torch}/lib/libtorch.so", "");
    }

    private static async Task AddAsync(TarWriter tar, string path, HashSet<string> written)
    {
        var name = Name(path);
        var file = new FileInfo(path);
        if (IsNeedless(name) || !written.Add(name) || Directory.Exists(path) && file.LinkTarget is null)
        {
            return;
        }

        if (file.LinkTarget is { } target)
        {
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.SymbolicLink, name) { LinkName = target });
        }
        else if (file.Exists)
        {
            await using var content = file.OpenRead();
            await tar.WriteEntryAsync(
                new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = content, Mode = file.UnixFileMode }
            );
        }
    }

    /// <summary>Packages name files by their old folders, too.</summary>
    private static string Name(string path)
    {
        var name = path.TrimStart('/');
        return Merged.Any(m => name.StartsWith($"{m}/", StringComparison.Ordinal)) ? $"usr/{name}" : name;
    }

    private static bool IsNeedless(string name) =>
        name.StartsWith("usr/share/", StringComparison.Ordinal)
        || name.Contains("/gconv/", StringComparison.Ordinal)
        || name.Contains("/__pycache__/", StringComparison.Ordinal);

    private static Task TextAsync(TarWriter tar, string name, string text) =>
        tar.WriteEntryAsync(
            new PaxTarEntry(TarEntryType.RegularFile, name)
            {
                DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)),
                Mode = (UnixFileMode)0b110_100_100,
            }
        );

    /// <summary>Lists the files of packages; of one that isn't installed, none.</summary>
    private static async Task<string[]> FilesAsync(IReadOnlyList<string> packages)
    {
        using var dpkg = Process.Start(
            new ProcessStartInfo("dpkg", ["-L", .. packages])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            }
        )!;
        var errors = dpkg.StandardError.ReadToEndAsync();
        var listed = await dpkg.StandardOutput.ReadToEndAsync();
        await errors;
        await dpkg.WaitForExitAsync();
        return listed.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
