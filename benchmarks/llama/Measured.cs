namespace Benchmarks.Llama;

/// <summary>Holds what something took: processor time of all threads, and time by the clock.</summary>
internal sealed record Measured(double CpuMilliseconds, double Milliseconds)
{
    public static Measured operator /(Measured measured, double parts) =>
        new(measured.CpuMilliseconds / parts, measured.Milliseconds / parts);
}
