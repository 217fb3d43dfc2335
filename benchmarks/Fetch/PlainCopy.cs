namespace Benchmarks.Fetch;

/// <summary>Copies as simply as can be, in a process of its own: one GET into a file, then onto the disk.</summary>
internal static class PlainCopy
{
    public static async Task<int> RunAsync(string address, string path)
    {
        using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        await using var body = await http.GetStreamAsync(new Uri(address));
        await using var file = File.Create(path);
        await body.CopyToAsync(file, 1 << 20);
        file.Flush(flushToDisk: true);
        return 0;
    }
}
