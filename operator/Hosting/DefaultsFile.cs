using GemmaOperator.BaseImages.Defaults;
using GemmaOperator.Text;

namespace GemmaOperator.Hosting;

/// <summary>
/// Reads the file that <c>--defaults</c> names. One that can't be read is told as one that isn't good.
/// </summary>
internal static class DefaultsFile
{
    public static DefaultsSource Read(string? path)
    {
        const string name = "the operator's defaults (--defaults)";
        if (path is null)
        {
            return new DefaultsSource(name, null);
        }

        try
        {
            using var reader = new StreamReader(path);
            var text = new char[DefaultsText.MostCharacters + 1];
            return new DefaultsSource(name, new string(text, 0, reader.ReadBlock(text)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return new DefaultsSource(name, null, $"{Quoted.Of(path)} can't be read: {Quoted.Visible(e.Message)}");
        }
    }
}
