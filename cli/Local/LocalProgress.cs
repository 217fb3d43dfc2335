using System.Globalization;
using GemmaOperator.Text;
using KubectlGemma.Output;

namespace KubectlGemma.Local;

/// <summary>Tells a local build as it goes.</summary>
/// <param name="screen">Where it is told.</param>
/// <param name="isQuiet">Whether only the result is wanted.</param>
/// <param name="isVerbose">Whether what programs write is shown, too.</param>
internal sealed class LocalProgress(Screen screen, bool isQuiet, bool isVerbose)
{
    private static readonly TimeSpan WorthTelling = TimeSpan.FromSeconds(1);

    /// <summary>Tells what is done now.</summary>
    public void Phase(string what, string text) => Print(new Piece($"{what, -9} ", Tone.Dim), new Piece(text));

    public void Began(LocalStep step, int count)
    {
        if (step.MakesLayer)
        {
            var width = count.ToString(CultureInfo.InvariantCulture).Length;
            var number = step.Number.ToString(CultureInfo.InvariantCulture).PadLeft(width);
            Print(new Piece($"  {number}/{count}  ", Tone.Dim), new Piece(step.Name));
        }
    }

    public void Ended(LocalStep? step)
    {
        if (step is { MakesLayer: true, IsCached: true })
        {
            Print(new Piece("         from the engine's cache", Tone.Good));
        }
        else if (step is { MakesLayer: true, Took: { } took } && took >= WorthTelling)
        {
            Print(new Piece($"         {Ages.Span(took)}", Tone.Dim));
        }
    }

    public void Said(string line)
    {
        if (isVerbose)
        {
            Print(new Piece($"         {MaskedLog.Clean(line).TrimStart()}", Tone.Dim));
        }
    }

    private void Print(params Piece[] pieces)
    {
        if (!isQuiet)
        {
            screen.Print(Line.Of(pieces));
        }
    }
}
