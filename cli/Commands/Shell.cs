using KubectlGemma.Output;

namespace KubectlGemma.Commands;

/// <summary>Holds what a command may use of the process that it runs in.</summary>
/// <param name="Screen">Where it prints.</param>
/// <param name="Input">Standard input.</param>
/// <param name="Time">The time.</param>
internal sealed record Shell(Screen Screen, TextReader Input, TimeProvider Time)
{
    public DateTime Now => Time.GetUtcNow().UtcDateTime;
}
