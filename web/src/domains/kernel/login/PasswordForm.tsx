import { Button, Form, Input } from "antd";

import { LoginProblem } from "./LoginProblem";
import { useLoginText } from "./text";
import { useLogin } from "../session";
import type { LoginInput } from "@/shared/api/shapes";

/** First step: name and password. A failure keeps the name and empties the password. */
export function PasswordForm() {
  const text = useLoginText();
  const login = useLogin();
  const [form] = Form.useForm<LoginInput>();
  const submit = (values: LoginInput) =>
    login.mutate(values, { onError: () => form.setFieldValue("password", "") });
  return (
    <Form form={form} layout="vertical" requiredMark={false} onFinish={submit}>
      <h1>{text.title}</h1>
      <LoginProblem error={login.error} />
      <Form.Item
        name="username"
        label={text.username}
        rules={[{ required: true, message: text.usernameMissing }]}
        validateTrigger="onSubmit"
      >
        <Input size="large" autoComplete="username" autoFocus autoCapitalize="none" spellCheck={false} maxLength={64} />
      </Form.Item>
      <Form.Item
        name="password"
        label={text.password}
        rules={[{ required: true, message: text.passwordMissing }]}
        validateTrigger="onSubmit"
      >
        <Input.Password size="large" autoComplete="current-password" maxLength={256} />
      </Form.Item>
      <Button type="primary" htmlType="submit" size="large" block loading={login.isPending}>
        {text.submit}
      </Button>
    </Form>
  );
}
