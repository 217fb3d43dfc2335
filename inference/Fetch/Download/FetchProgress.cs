namespace GemmaInference.Fetch.Download;

/// <summary>Counts what is there of a model; written by many, read by who prints it.</summary>
internal sealed class FetchProgress
{
    private long _bytes;
    private long _totalBytes;
    private int _files;
    private int _totalFiles;

    public long Bytes => Interlocked.Read(ref _bytes);

    public long TotalBytes => Interlocked.Read(ref _totalBytes);

    public int Files => Volatile.Read(ref _files);

    public int TotalFiles => Volatile.Read(ref _totalFiles);

    /// <summary>Gets or sets what is called when a file is complete.</summary>
    public Action? FileDone { get; set; }

    /// <summary>Counts from nothing, now that it is known how much there is.</summary>
    public void Restart(long bytes, int files)
    {
        Interlocked.Exchange(ref _bytes, 0);
        Volatile.Write(ref _files, 0);
        Interlocked.Exchange(ref _totalBytes, bytes);
        Volatile.Write(ref _totalFiles, files);
    }

    /// <param name="bytes">Negative for what must be fetched again.</param>
    public void Add(long bytes) => Interlocked.Add(ref _bytes, bytes);

    public void Complete()
    {
        Interlocked.Increment(ref _files);
        FileDone?.Invoke();
    }
}
