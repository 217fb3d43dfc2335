namespace StandIns.Processes;

/// <summary>Holds a temporary folder that goes with its owner, or with this process at the latest.</summary>
public sealed class ScratchFolder : IDisposable
{
    private readonly DirectoryInfo _folder;

    /// <summary>Makes the folder; its name begins with <paramref name="prefix"/>.</summary>
    public ScratchFolder(string prefix)
    {
        _folder = Directory.CreateTempSubdirectory(prefix);
        AppDomain.CurrentDomain.ProcessExit += OnExit;
    }

    /// <summary>Gets the folder's path.</summary>
    public string Path => _folder.FullName;

    /// <inheritdoc/>
    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        Delete();
    }

    private void OnExit(object? sender, EventArgs e) => Delete();

    private void Delete()
    {
        try
        {
            _folder.Delete(recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone already, or a program that is just ending still writes there.
        }
    }
}
