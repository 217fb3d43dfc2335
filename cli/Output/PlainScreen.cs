namespace KubectlGemma.Output;

/// <summary>Prints text alone.</summary>
internal sealed class PlainScreen(TextWriter output, TextWriter errors, int width = Screen.UnknownWidth)
    : Screen(output, errors)
{
    public override int Width => width;

    public override void Print(IEnumerable<Line> lines)
    {
        foreach (var line in lines)
        {
            Output.WriteLine(line.Text);
        }
    }
}
