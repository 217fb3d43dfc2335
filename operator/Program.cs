using GemmaOperator.Hosting;
using GemmaOperator.Runtime.Text;

// Whatever is written from here on, logs too: text of others moves no cursor and rewrites no line.
Console.SetOut(new VisibleWriter(Console.Out));
Console.SetError(new VisibleWriter(Console.Error));
return await CommandLine.RunAsync(args, Console.Error, OperatorProgram.RunAsync);
