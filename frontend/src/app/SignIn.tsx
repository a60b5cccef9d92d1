import { useState, type FormEvent } from "react";
import { Logo } from "./Logo";
import { useSignIn } from "./session";

/** `interrupted`: somebody was at work when their session ended. */
export function SignIn({ interrupted }: { interrupted: boolean }) {
  return (
    <main className="sign-in">
      <div className="sign-in-card">
        <h1>
          <Logo />
          Emberwatch
        </h1>
        <p className="muted">
          {interrupted
            ? "Your session has ended. Sign in to go on where you were."
            : "Hotspots, alerts and recommendations, as they happen."}
        </p>
        <SignInForm />
        <p className="sign-in-status" data-testid="connection-status" data-state="signed-out">
          <span className="dot" aria-hidden="true" />
          Signed out
        </p>
      </div>
    </main>
  );
}

function SignInForm() {
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const { mutate, isPending, error } = useSignIn();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    mutate({ username, password });
  };
  return (
    <form data-testid="login-form" onSubmit={submit}>
      <Field name="username" label="User name" type="text" value={username} onValue={setUsername} />
      <Field name="password" label="Password" type="password" value={password} onValue={setPassword} />
      {error && <p className="problem" role="alert">{error.message}</p>}
      <button type="submit" className="button primary" data-testid="submit" disabled={isPending}>
        {isPending ? "Signing in…" : "Sign in"}
      </button>
    </form>
  );
}

interface FieldProps {
  readonly name: "username" | "password";
  readonly label: string;
  readonly type: "text" | "password";
  readonly value: string;
  readonly onValue: (value: string) => void;
}

function Field({ name, label, type, value, onValue }: FieldProps) {
  return (
    <label className="field">
      <span>{label}</span>
      <input
        data-testid={name}
        type={type}
        autoComplete={name === "password" ? "current-password" : "username"}
        autoCapitalize="none"
        autoFocus={name === "username"}
        required
        value={value}
        onChange={(event) => onValue(event.target.value)}
      />
    </label>
  );
}
